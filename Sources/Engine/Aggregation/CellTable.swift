/// What is known so far of every series in every interval: a cell each, series by series.
///
/// Cells of two tables merge one with one. Sums are kept in twice the precision of a double, so
/// that the order in which they were added does not show.
struct CellTable: Sendable {
  enum Kind: UInt8, Sendable, CaseIterable { case counts, minima, maxima, sums, sketches }

  let kind: Kind
  let intervalCount: Int
  private(set) var rowCount = 0
  /// Spans, weighted; of sums, those that had a value.
  var counts: [Double] = []
  /// Extremes (NaN: none yet), or the high parts of sums.
  var values: [Double] = []
  /// Low parts of sums.
  var remainders: [Double] = []
  var sketches: [QuantileSketch] = []

  init(kind: Kind, intervalCount: Int) {
    self.kind = kind
    self.intervalCount = intervalCount
  }

  /// Bytes a row takes without what sketches collect.
  static func rowBytes(_ kind: Kind, intervalCount: Int) -> Int {
    switch kind {
    case .counts, .minima, .maxima: 256 + intervalCount * 8
    case .sums: 256 + intervalCount * 24
    case .sketches: 256 + intervalCount * 96
    }
  }

  var memoryBytes: Int {
    let sketched = sketches.reduce(0) { $0 + $1.memoryBytes }
    return (counts.count + values.count + remainders.count) * 8 + sketched
  }

  mutating func addRow() {
    let n = intervalCount
    rowCount += 1
    switch kind {
    case .counts: counts.append(contentsOf: repeatElement(0, count: n))
    case .minima, .maxima: values.append(contentsOf: repeatElement(.nan, count: n))
    case .sums:
      counts.append(contentsOf: repeatElement(0, count: n))
      values.append(contentsOf: repeatElement(0, count: n))
      remainders.append(contentsOf: repeatElement(0, count: n))
    case .sketches: sketches.append(contentsOf: repeatElement(QuantileSketch(), count: n))
    }
  }

  /// Leaves only these rows, in this order.
  mutating func keep(_ rows: [Int]) {
    counts = kept(counts, rows)
    values = kept(values, rows)
    remainders = kept(remainders, rows)
    sketches = kept(sketches, rows)
    rowCount = rows.count
  }

  private func kept<Cell>(_ all: [Cell], _ rows: [Int]) -> [Cell] {
    // What this kind has no use for.
    if all.isEmpty { return [] }
    var result: [Cell] = []
    result.reserveCapacity(rows.count * intervalCount)
    for row in rows { result += all[cells(of: row)] }
    return result
  }

  func cells(of row: Int) -> Range<Int> { row * intervalCount..<(row + 1) * intervalCount }

  /// Adds row `otherRow` of a table of the same kind to row `row`.
  mutating func merge(_ row: Int, _ other: CellTable, _ otherRow: Int) {
    precondition(
      kind == other.kind && intervalCount == other.intervalCount, "tables of one query merge")
    for (a, b) in zip(cells(of: row), other.cells(of: otherRow)) {
      switch kind {
      case .counts: counts[a] += other.counts[b]
      case .minima: values[a] = Self.least(values[a], other.values[b])
      case .maxima: values[a] = Self.greatest(values[a], other.values[b])
      case .sums:
        counts[a] += other.counts[b]
        DoubleDouble.add(other.values[b], &values[a], &remainders[a])
        DoubleDouble.add(other.remainders[b], &values[a], &remainders[a])
      case .sketches: sketches[a].merge(other.sketches[b])
      }
    }
  }

  /// The lesser of two numbers; NaN is none.
  @inline(__always)
  static func least(_ a: Double, _ b: Double) -> Double { b < a || a.isNaN ? b : a }
  @inline(__always)
  static func greatest(_ a: Double, _ b: Double) -> Double { b > a || a.isNaN ? b : a }
}

/// Sums as two doubles, the second being what the first could not hold (Knuth's TwoSum).
enum DoubleDouble {
  @inline(__always)
  static func add(_ value: Double, _ high: inout Double, _ low: inout Double) {
    let sum = high + value
    let part = sum - high
    let lost = (high - (sum - part)) + (value - part)
    high = sum
    // Infinities leave nothing behind.
    low = sum.isFinite ? low + lost : 0
  }
}
