import TraceQL

/// The most frequent values of the attributes of a comparison.
struct ValueRanking {
  private let table: ComparisonTable
  private let totals: [[Double]]
  /// By attribute.
  private var values: [[Int]]
  /// What values are ordered by that are equally frequent; made when it is asked for.
  private var texts: [[UInt8]?]

  init(_ table: ComparisonTable) {
    self.table = table
    totals = table.valueTotals().map { $0.map(\.comparedByFrequency) }
    values = Array(repeating: [], count: table.attributes.count)
    for (number, value) in table.values.enumerated() { values[value.attribute].append(number) }
    texts = Array(repeating: nil, count: table.values.count)
  }

  /// The first `topN` values of an attribute on one side, and how many there are: more frequent
  /// ones first, then by their text.
  mutating func first(
    _ topN: Int, of attribute: Int, _ side: ComparisonTable.Side
  ) -> (numbers: [Int], count: Int) {
    let side = side.rawValue
    var ranked = values[attribute].filter { totals[$0][side] > 0 }
    let count = ranked.count
    if topN > 0, count > topN {
      // Only those can be among them that are as frequent as the last.
      let least = ranked.map { totals[$0][side] }.sorted(by: >)[topN - 1]
      ranked.removeAll { totals[$0][side] < least }
    }
    for number in ranked where texts[number] == nil {
      texts[number] = Self.text(table.values[number].value)
    }
    ranked.sort { a, b in
      if totals[a][side] != totals[b][side] { return totals[a][side] > totals[b][side] }
      guard let first = texts[a], let second = texts[b], first != second else {
        return SeriesOrder.rank(table.values[a].value) < SeriesOrder.rank(table.values[b].value)
      }
      return first.lexicographicallyPrecedes(second)
    }
    return (Array(ranked.prefix(max(0, topN))), count)
  }

  private static func text(_ value: Value) -> [UInt8] {
    switch value {
    case .string(let text): Array(text.utf8)
    case .int(let value): Array("\(value)".utf8)
    case .float(let value): Array(FloatText.format(value).utf8)
    case .bool(let value): Array("\(value)".utf8)
    default: []
    }
  }
}

extension Double {
  /// Without the last twelve bits: there, sums of weights depend on the order of adding, which is
  /// that of blocks and threads, and what is equally frequent has to stay so. Numbers of spans are
  /// exact.
  fileprivate var comparedByFrequency: Double {
    Double(bitPattern: (bitPattern &+ 0x800) & ~0xFFF)
  }
}
