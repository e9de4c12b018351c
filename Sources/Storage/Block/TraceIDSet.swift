import Columns

/// Trace IDs that are looked for, ready to be compared with bounds and with single IDs.
struct TraceIDSet {
  /// The 16 bytes of an ID as two numbers that sort as the bytes do.
  struct Key: Hashable {
    var high: UInt64
    var low: UInt64

    init(high: UInt64, low: UInt64) {
      self.high = high
      self.low = low
    }

    init(_ bytes: [UInt8]) {
      precondition(bytes.count == 16, "trace IDs are padded to 16 bytes before they are looked up")
      high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  /// Positions in the list of wanted IDs, by ID.
  private let positions: [Key: [Int]]
  private let ordered: [[UInt8]]

  /// Takes IDs of 16 bytes each; `isWanted` leaves some of them out.
  init(_ traceIDs: [[UInt8]], where isWanted: (Int) -> Bool = { _ in true }) {
    var positions: [Key: [Int]] = [:]
    for (i, traceID) in traceIDs.enumerated() where isWanted(i) {
      positions[Key(traceID), default: []].append(i)
    }
    self.positions = positions
    ordered = positions.values.map { traceIDs[$0[0]] }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  var isEmpty: Bool { ordered.isEmpty }

  /// Values that are wanted: which value of the column, which place in the list of wanted IDs.
  func hits(in ids: TextColumn) -> [(value: Int, position: Int)] {
    var hits: [(value: Int, position: Int)] = []
    let single = positions.count == 1 ? positions.first : nil
    ids.table.bytes.withUnsafeBytes { bytes in
      for (value, code) in ids.codes.enumerated() {
        let range = ids.table.range(of: Int(code))
        guard range.count == 16 else { continue }
        let key = Key(
          high: UInt64(
            bigEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)),
          low: UInt64(
            bigEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound + 8, as: UInt64.self)))
        if let single, single.key != key { continue }
        for position in positions[key] ?? [] { hits.append((value, position)) }
      }
    }
    return hits
  }

  /// Whether an ID lies between two bounds, both included.
  func reaches(into minimum: [UInt8], _ maximum: [UInt8]) -> Bool {
    var low = 0
    var high = ordered.count
    while low < high {
      let middle = (low + high) / 2
      if ordered[middle].lexicographicallyPrecedes(minimum) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < ordered.count && !maximum.lexicographicallyPrecedes(ordered[low])
  }

  /// The row groups that can hold one of the IDs, by the block's index.
  func rowGroups(in index: RowGroupIndex) -> Set<Int> {
    Set(ordered.compactMap { index.rowGroup(of: $0) })
  }
}
