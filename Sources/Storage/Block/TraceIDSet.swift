/// Trace IDs that are looked for, ready to be compared with bounds and with single IDs.
struct TraceIDSet {
  /// The 16 bytes of an ID as two numbers that sort as the bytes do.
  struct Key: Hashable, Comparable {
    var high: UInt64
    var low: UInt64

    /// Nil unless `bytes` are exactly 16.
    init?(_ bytes: ArraySlice<UInt8>) {
      guard bytes.count == 16 else { return nil }
      high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func < (a: Key, b: Key) -> Bool { (a.high, a.low) < (b.high, b.low) }
  }

  /// Positions in the list of wanted IDs, by ID.
  private let positions: [Key: [Int]]
  private let ordered: [[UInt8]]

  /// Takes IDs of 16 bytes each; `isWanted` leaves some of them out.
  init(_ traceIDs: [[UInt8]], where isWanted: (Int) -> Bool = { _ in true }) {
    var positions: [Key: [Int]] = [:]
    for (i, traceID) in traceIDs.enumerated() where isWanted(i) {
      guard let key = Key(traceID[...]) else {
        preconditionFailure("trace IDs are padded to 16 bytes before they are looked up")
      }
      positions[key, default: []].append(i)
    }
    self.positions = positions
    ordered = positions.values.map { traceIDs[$0[0]] }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  var isEmpty: Bool { ordered.isEmpty }

  /// Where in the list of wanted IDs `bytes` stands.
  func positions(of bytes: ArraySlice<UInt8>) -> [Int] {
    Key(bytes).flatMap { positions[$0] } ?? []
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
