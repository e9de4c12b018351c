import Parquet
import Storage

/// A page of trace IDs.
struct IDPage: Sendable {
  var source: Int
  var rowGroup: Int
  var rows: Range<Int>
  /// No ID of the page lies outside; nil: nothing is known.
  var bounds: ClosedRange<TraceKey>?

  /// The pages of a column of trace IDs.
  static func pages(_ column: ColumnReader, source: Int) throws(StorageError) -> [IDPage] {
    let index: PageIndex
    do { index = try column.pages() } catch { throw StorageError.parquet(error) }
    return index.pages.indices.map { number in
      let page = index.pages[number]
      var result = IDPage(
        source: source, rowGroup: column.rowGroup,
        rows: page.firstRow..<page.firstRow + page.rowCount)
      if number < index.bounds.count, case .bytes(let low, let high)? = index.bounds[number],
        let low = TraceKey(low), let high = TraceKey(high), low <= high
      {
        result.bounds = low...high
      }
      return result
    }
  }

  /// Whether one of the keys, which ascend, may stand in the page.
  func mayHold(oneOf keys: [TraceKey]) -> Bool {
    guard let bounds else { return true }
    let first = keys.firstIndex(notBefore: bounds.lowerBound)
    return first < keys.count && keys[first] <= bounds.upperBound
  }
}

/// IDs between two others, and the pages they stand in.
struct IDRange: Sendable {
  /// nil: from the first.
  var from: TraceKey?
  /// Not included; nil: to the last.
  var to: TraceKey?
  var pages: [IDPage]

  @inline(__always)
  func contains(_ key: TraceKey) -> Bool {
    if let from, key < from { return false }
    if let to, key >= to { return false }
    return true
  }

  /// All IDs in about `count` ranges of about as many traces.
  static func split(_ pages: [IDPage], into count: Int) -> [IDRange] {
    let rowCount = pages.reduce(0) { $0 + $1.rows.count }
    var starts: [TraceKey] = []
    var rowsBefore = 0
    let bounded = pages.compactMap { page in page.bounds.map { ($0.lowerBound, page.rows.count) } }
    for (low, rows) in bounded.sorted(by: { $0.0 < $1.0 }) {
      if starts.count + 1 < count, rowsBefore * count >= rowCount * (starts.count + 1),
        low != starts.last
      {
        starts.append(low)
      }
      rowsBefore += rows
    }
    return (0...starts.count).map { number in
      let from = number == 0 ? nil : starts[number - 1]
      let to = number == starts.count ? nil : starts[number]
      return IDRange(
        from: from, to: to,
        pages: pages.filter { page in
          guard let bounds = page.bounds else { return true }
          if let from, bounds.upperBound < from { return false }
          if let to, bounds.lowerBound >= to { return false }
          return true
        })
    }
  }
}

extension [TraceKey] {
  /// Index of the first key that is not before `key`; the keys ascend.
  fileprivate func firstIndex(notBefore key: TraceKey) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Where `key` stands among keys that ascend.
  func place(of key: TraceKey) -> Int? {
    let place = firstIndex(notBefore: key)
    return place < count && self[place] == key ? place : nil
  }
}
