import Columns
import TestSupport
import Testing

/// The loops over whole columns against the plainest way to say the same.
@Suite struct KernelTests {
  func booleans(_ bitmap: Bitmap) -> [Bool] { (0..<bitmap.count).map { bitmap[$0] } }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func integersInARange(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let extremes: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
    func value() -> Int64 {
      random.chance(percent: 30) ? random.pick(extremes) : Int64(random.integer(-50...50))
    }
    let values = (0..<random.integer(0...200)).map { _ in value() }
    let (a, b) = (value(), value())
    let range = min(a, b)...max(a, b)
    let expected = values.map { range.contains($0) }
    #expect(booleans(RangeFilter.int64(values, in: range)) == expected, "\(range)")
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func doublesInARange(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let special: [Double] = [.nan, -.infinity, .infinity, -0.0, 0, .leastNonzeroMagnitude]
    let values = (0..<random.integer(0...200)).map { _ in
      random.chance(percent: 30) ? random.pick(special) : Double(random.integer(-40...40)) / 8
    }
    let bounds = [-.infinity, -2.5, -0.0, 0.125, 3, .infinity]
    let (a, b) = (random.pick(bounds), random.pick(bounds))
    let range = min(a, b)...max(a, b)
    let expected = values.map { !$0.isNaN && range.contains($0) }
    #expect(booleans(RangeFilter.double(values, in: range)) == expected, "\(range)")
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func codesOfATable(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let tableCount = random.integer(1...150)
    var marked = Bitmap(count: tableCount)
    for _ in 0..<random.pick([0, 1, 2, 60]) { marked[random.integer(0...tableCount - 1)] = true }
    let codes = (0..<random.integer(0...200)).map { _ in UInt32(random.integer(0...tableCount - 1))
    }
    let expected = codes.map { marked[Int($0)] }
    #expect(booleans(RangeFilter.codes(codes, in: marked)) == expected)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func bytesEqual(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let values = (0..<random.integer(0...200)).map { _ in UInt8(random.integer(0...2)) }
    #expect(booleans(RangeFilter.byte(values, equal: 1)) == values.map { $0 == 1 })
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func intervals(seed: UInt64) {
    var random = SplitMix(seed: seed)
    // Lengths around which a rounded quotient is wrong, and windows beyond exact doubles.
    let length = UInt64(
      random.pick([1, 3, 7, 1_000, 60_000_000_000, 1 << 40, 1 << 52, 86_400_000_000_001]))
    let count = random.pick([0, 1, 4, 80, 10_000])
    let first = random.pick([1, 1_768_435_200_000_000_001, UInt64(Int64.max) - 5])
    let moments = (0..<random.integer(0...150)).map { _ -> Int64 in
      let edge = first &+ length &* UInt64(random.integer(0...count + 1))
      let moment = edge &+ UInt64(bitPattern: Int64(random.integer(-2...2)))
      return random.chance(percent: 10)
        ? random.pick([.min, -1, 0, .max]) : Int64(bitPattern: moment)
    }
    let expected = moments.map { moment in
      UInt32(min((UInt64(bitPattern: moment) &- first) / length, UInt64(count)))
    }
    let numbers = IntervalNumbers.of(moments, first: first, length: length, count: count)
    #expect(numbers == expected, "\(length) \(count)")
    let changes = numbers.indices.map { $0 == 0 || numbers[$0] != numbers[$0 - 1] }
    #expect(booleans(IntervalNumbers.changes(numbers)) == changes)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func neighboursThatDiffer(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let numbers = (0..<random.integer(0...400)).map { _ in UInt32(random.integer(0...1)) }
    let changes = numbers.indices.map { $0 == 0 || numbers[$0] != numbers[$0 - 1] }
    #expect(booleans(IntervalNumbers.changes(numbers)) == changes)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func stringsEqualAndInOrder(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let strings = (0..<random.integer(0...80)).map { _ in random.text(length: 0...3) }
    let table = StringTable(strings)
    let bound =
      random.chance(percent: 60) && !strings.isEmpty
      ? random.pick(strings) : random.text(length: 0...3)
    let bytes = Array(bound.utf8)
    func isLess(_ text: String) -> Bool {
      Array(text.utf8).lexicographicallyPrecedes(bytes)
    }
    let isEqual = strings.map { Array($0.utf8) == bytes }
    let below = strings.map(isLess)
    #expect(booleans(TextFilter.equal(table, bytes)) == isEqual)
    #expect(booleans(TextFilter.less(table, bytes, orEqual: false)) == below)
    #expect(
      booleans(TextFilter.less(table, bytes, orEqual: true))
        == zip(below, isEqual).map { $0 || $1 })
  }
}
