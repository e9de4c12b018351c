import Columns
import TestSupport
import Testing

/// Every operation against the same one on a plain array of Booleans.
@Suite struct BitmapTests {
  /// A bitmap and the Booleans it must equal; lengths gather around multiples of 64.
  struct Pair {
    var bitmap: Bitmap
    var naive: [Bool]

    init(_ naive: [Bool]) {
      self.naive = naive
      bitmap = Bitmap(count: naive.count)
      for (row, isSet) in naive.enumerated() { bitmap[row] = isSet }
    }

    static func random(count: Int, using random: inout SplitMix) -> Pair {
      let percent = random.pick([0, 2, 50, 98, 100])
      return Pair((0..<count).map { _ in random.chance(percent: percent) })
    }
  }

  static func length(_ random: inout SplitMix) -> Int {
    max(0, 64 * random.integer(0...5) + random.integer(-2...2))
  }

  static func range(in count: Int, _ random: inout SplitMix) -> Range<Int> {
    let a = random.integer(0...count)
    let b = random.integer(0...count)
    return min(a, b)..<max(a, b)
  }

  func booleans(_ bitmap: Bitmap) -> [Bool] { (0..<bitmap.count).map { bitmap[$0] } }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func rowsAndCounts(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let pair = Pair.random(count: Self.length(&random), using: &random)
    let rows = pair.naive.indices.filter { pair.naive[$0] }
    #expect(pair.bitmap.indices() == rows.map(UInt32.init))
    #expect(pair.bitmap.populationCount == rows.count)
    #expect(pair.bitmap.isEmpty == rows.isEmpty)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func rangeQueries(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let pair = Pair.random(count: Self.length(&random), using: &random)
    for _ in 0..<40 {
      let range = Self.range(in: pair.naive.count, &random)
      let rows = range.filter { pair.naive[$0] }
      #expect(pair.bitmap.indices(in: range) == rows.map(UInt32.init), "\(range)")
      #expect(pair.bitmap.count(in: range) == rows.count, "\(range)")
      #expect(pair.bitmap.containsAny(in: range) == !rows.isEmpty, "\(range)")
      let first = pair.bitmap.next(from: range.lowerBound, below: range.upperBound)
      #expect(first == rows.first, "\(range)")
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func logic(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let count = Self.length(&random)
    let a = Pair.random(count: count, using: &random)
    let b = Pair.random(count: count, using: &random)
    let pairs = Array(zip(a.naive, b.naive))
    #expect(booleans(a.bitmap.union(b.bitmap)) == pairs.map { $0 || $1 })
    #expect(booleans(a.bitmap.intersection(b.bitmap)) == pairs.map { $0 && $1 })
    #expect(booleans(a.bitmap.subtracting(b.bitmap)) == pairs.map { $0 && !$1 })
    #expect(booleans(a.bitmap.inverted()) == a.naive.map { !$0 })
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func insertions(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var pair = Pair.random(count: Self.length(&random), using: &random)
    let range = Self.range(in: pair.naive.count, &random)
    pair.bitmap.insert(range: range)
    for row in range { pair.naive[row] = true }
    #expect(booleans(pair.bitmap) == pair.naive)

    let rows = (0..<5).compactMap { _ in
      pair.naive.isEmpty ? nil : UInt32(random.integer(0...pair.naive.count - 1))
    }
    pair.bitmap.insert(rows)
    for row in rows { pair.naive[Int(row)] = true }
    #expect(booleans(pair.bitmap) == pair.naive)
  }

  @Test(arguments: [0, 1, 63, 64, 65, 128, 130])
  func bitsPastTheEndStayClear(count: Int) {
    let wordCount = (count + 63) / 64
    let full = Bitmap(count: count, filled: true)
    #expect(full.populationCount == count)
    #expect(Bitmap(words: Array(repeating: .max, count: wordCount), count: count) == full)
    #expect(Bitmap(count: count).inverted() == full)
    #expect(full.inverted() == Bitmap(count: count))
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func runsAndParts(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let pair = Pair.random(count: Self.length(&random), using: &random)
    let runs = pair.bitmap.runs()
    #expect(runs.flatMap { Array($0) } == pair.naive.indices.filter { pair.naive[$0] })
    #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    let ranges = (0..<random.integer(0...6)).map { _ in Self.range(in: pair.naive.count, &random) }
    #expect(booleans(pair.bitmap.gathered(ranges)) == ranges.flatMap { Array(pair.naive[$0]) })
    var filled = pair
    filled.bitmap.insert(ranges)
    for range in ranges { for row in range { filled.naive[row] = true } }
    #expect(booleans(filled.bitmap) == filled.naive)
  }
}
