import Columns

/// Trace IDs that are looked for, ready to be compared with bounds and with single IDs.
struct TraceIDSet {
  /// The 16 bytes of an ID.
  struct Key: Hashable {
    var high: UInt64
    var low: UInt64

    init(_ bytes: ArraySlice<UInt8>) {
      precondition(bytes.count == 16, "trace IDs are padded to 16 bytes before they are looked up")
      high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  /// Positions in the list of wanted IDs, by ID.
  private let positions: [Key: [Int]]
  private let ordered: [[UInt8]]
  /// Bytes that one of the wanted IDs ends with; one entry a byte.
  private let lastBytes: [Bool]

  /// Takes IDs of 16 bytes each; `isWanted` leaves some of them out.
  init(_ traceIDs: [[UInt8]], where isWanted: (Int) -> Bool = { _ in true }) {
    var positions: [Key: [Int]] = [:]
    for (i, traceID) in traceIDs.enumerated() where isWanted(i) {
      positions[Key(traceID[...]), default: []].append(i)
    }
    self.positions = positions
    var lastBytes = [Bool](repeating: false, count: 256)
    for list in positions.values { lastBytes[Int(traceIDs[list[0]][15])] = true }
    self.lastBytes = lastBytes
    ordered = positions.values.map { traceIDs[$0[0]] }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  var isEmpty: Bool { ordered.isEmpty }

  /// Values that are wanted: which value of the column, which place in the list of wanted IDs.
  func hits(in ids: TextColumn) -> [(value: Int, position: Int)] {
    var hits: [(value: Int, position: Int)] = []
    for (value, code) in ids.codes.enumerated() {
      let range = ids.table.range(of: Int(code))
      // IDs are random at their end: one byte tells most of them apart from those wanted.
      guard range.count == 16, lastBytes[Int(ids.table.bytes[range.upperBound - 1])] else {
        continue
      }
      for position in positions[Key(ids.table.bytes[range])] ?? [] {
        hits.append((value, position))
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
