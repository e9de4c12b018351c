/// Where each series of a table stands, found by its stable hash.
struct SeriesIndex: Sendable {
  private(set) var keys: [SeriesKey] = []
  /// By row.
  private(set) var hashes: [UInt64] = []
  /// By hash, or by one of the next numbers where other series have the same.
  private var rows: [UInt64: Int] = [:]

  init() {}

  init(_ keys: [SeriesKey], _ hashes: [UInt64]) {
    rows.reserveCapacity(keys.count)
    for (key, hash) in zip(keys, hashes) { append(key, hash) }
  }

  func row(of key: SeriesKey, _ hash: UInt64) -> Int? {
    var place = hash
    while let row = rows[place] {
      if keys[row] == key { return row }
      place &+= 1
    }
    return nil
  }

  /// Adds a series that is not there yet; returns its row.
  @discardableResult
  mutating func append(_ key: SeriesKey, _ hash: UInt64) -> Int {
    var place = hash
    while rows[place] != nil { place &+= 1 }
    rows[place] = keys.count
    keys.append(key)
    hashes.append(hash)
    return keys.count - 1
  }

  /// These rows alone.
  func keeping(_ kept: [Int]) -> SeriesIndex {
    SeriesIndex(kept.map { keys[$0] }, kept.map { hashes[$0] })
  }
}
