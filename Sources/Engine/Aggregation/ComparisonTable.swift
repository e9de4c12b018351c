/// The partial result of `compare()`: how many spans of each side had which value of which
/// attribute, interval by interval.
///
/// All values are kept, so that the most frequent ones are known exactly at the end; of more than
/// `valuesMax` those with the lowest hashes, as `SeriesTable` does it.
struct ComparisonTable: Sendable {
  enum Side: Int, Sendable, CaseIterable { case baseline, selection }

  /// One value of one attribute, as labels show them.
  struct ValueKey: Hashable, Sendable {
    var attribute: Int
    var value: Value
  }

  let intervalCount: Int
  /// Label keys, in the order met.
  private(set) var attributes: [String] = []
  private(set) var values: [ValueKey] = []
  /// Spans by value and cell.
  private(set) var counts = CountMap()
  /// Spans that carry the attribute: `2 · intervalCount` cells for each.
  private(set) var totals: [Double] = []
  var exemplars: ExemplarTable
  private(set) var isTruncated = false
  /// Values kept at most, once a unit is counted.
  let valuesMax: Int
  /// By value.
  private var hashes: [UInt64] = []
  /// Values with a higher hash have no place.
  private var bound = UInt64.max
  /// With so many values the bound is lowered: they have numbers until the unit is counted.
  private var crowdCount: Int

  private var attributeNumbers: [String: Int] = [:]
  private var valueNumbers: [ValueKey: Int] = [:]

  init(intervalCount: Int, valuesMax: Int, exemplars: ExemplarTable) {
    self.intervalCount = intervalCount
    self.valuesMax = valuesMax
    crowdCount = valuesMax * 2
    self.exemplars = exemplars
  }

  /// Bytes this table keeps in memory, roughly.
  var memoryBytes: Int { counts.memoryBytes + totals.count * 8 + values.count * 160 }

  mutating func attribute(_ key: String) -> Int {
    if let known = attributeNumbers[key] { return known }
    attributeNumbers[key] = attributes.count
    attributes.append(key)
    totals.append(contentsOf: repeatElement(0, count: 2 * intervalCount))
    return attributes.count - 1
  }

  /// The number of a value; nil when there are too many.
  mutating func value(_ value: Value, of attribute: Int) -> Int? {
    let key = ValueKey(attribute: attribute, value: value.label)
    if let known = valueNumbers[key] { return known }
    if values.count >= crowdCount {
      lowerBound(to: StableHash.bound(hashes, count: valuesMax))
      crowdCount += valuesMax
    }
    let hash = StableHash.of(key.value, ofAttribute: attributes[attribute])
    guard hash <= bound else {
      isTruncated = true
      return nil
    }
    valueNumbers[key] = values.count
    values.append(key)
    hashes.append(hash)
    return values.count - 1
  }

  /// Drops values that have no place. Numbers of values are others afterwards.
  mutating func cut() {
    lowerBound(to: StableHash.bound(hashes, count: valuesMax))
    let kept = hashes.indices.filter { hashes[$0] <= bound }
    if kept.count == values.count { return }
    var numbers = [Int](repeating: -1, count: values.count)
    for (number, old) in kept.enumerated() { numbers[old] = number }
    var remaining = CountMap()
    for (key, amount) in counts.entries where numbers[Int(key >> 32)] >= 0 {
      remaining.add(amount, to: UInt64(numbers[Int(key >> 32)]) << 32 | key & 0xFFFF_FFFF)
    }
    counts = remaining
    values = kept.map { values[$0] }
    hashes = kept.map { hashes[$0] }
    valueNumbers = Dictionary(uniqueKeysWithValues: zip(values, values.indices))
    crowdCount = valuesMax * 2
  }

  private mutating func lowerBound(to newBound: UInt64) {
    if newBound >= bound { return }
    bound = newBound
    isTruncated = true
  }

  /// Up to this hash every value met is here; a table that was read from bytes does not know.
  private var completeBound: UInt64 {
    isTruncated ? min(bound, hashes.max() ?? .max) : bound
  }

  /// `cell` is `side · intervalCount + interval`; `value` nil: one for which there was no room.
  mutating func add(_ amount: Double, attribute: Int, value: Int?, cell: Int) {
    totals[attribute * 2 * intervalCount + cell] += amount
    if let value { addCount(amount, value: value, cell: cell) }
  }

  /// Counts for a value alone, not for the total of its attribute.
  mutating func addCount(_ amount: Double, value: Int, cell: Int) {
    counts.add(amount, to: UInt64(value) << 32 | UInt64(cell))
  }

  mutating func markTruncated() { isTruncated = true }

  mutating func merge(_ other: ComparisonTable) {
    precondition(intervalCount == other.intervalCount, "tables of one query merge")
    if isTruncated || other.isTruncated {
      isTruncated = true
      lowerBound(to: min(completeBound, other.completeBound))
    }
    let cells = 2 * intervalCount
    let attributeMap = other.attributes.map { attribute($0) }
    for (from, to) in attributeMap.enumerated() {
      for cell in 0..<cells { totals[to * cells + cell] += other.totals[from * cells + cell] }
    }
    let valueMap = other.values.map { value($0.value, of: attributeMap[$0.attribute]) }
    for (key, amount) in other.counts.entries {
      if let value = valueMap[Int(key >> 32)] {
        counts.add(amount, to: UInt64(value) << 32 | key & 0xFFFF_FFFF)
      }
    }
    for side in Side.allCases { exemplars.merge(side.rawValue, other.exemplars, side.rawValue) }
    cut()
  }

  /// Spans of one value, by interval.
  func samples(_ value: Int, _ side: Side) -> [Double] {
    (0..<intervalCount).map {
      counts[UInt64(value) << 32 | UInt64(side.rawValue * intervalCount + $0)]
    }
  }

  func totals(_ attribute: Int, _ side: Side) -> [Double] {
    let start = (attribute * 2 + side.rawValue) * intervalCount
    return Array(totals[start..<start + intervalCount])
  }

  /// Spans of each value over the whole window.
  func valueTotals() -> [[Double]] {
    var result = [[Double]](repeating: [0, 0], count: values.count)
    for (key, amount) in counts.entries {
      let side = Int(key & 0xFFFF_FFFF) / intervalCount
      result[Int(key >> 32)][side] += amount
    }
    return result
  }
}
