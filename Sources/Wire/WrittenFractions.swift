/// Where the fractions written last stand in a text: the same few come again and again in an answer
/// of numbers, and copying one costs less than working out its digits.
struct WrittenFractions: Sendable {
  private struct Entry: Sendable {
    var pattern: UInt64
    var start: Int
    var count: Int
  }

  /// One for each value of some mixed bits; none before there is a fraction.
  private var entries: [Entry] = []

  private static let bitCount: UInt64 = 9

  /// Where `value` was written before, if that is still known.
  func place(of value: Double) -> Range<Int>? {
    if entries.isEmpty { return nil }
    let entry = entries[Self.index(of: value)]
    guard entry.count > 0, entry.pattern == value.bitPattern else { return nil }
    return entry.start..<entry.start + entry.count
  }

  mutating func note(_ value: Double, at place: Range<Int>) {
    if entries.isEmpty {
      entries = Array(
        repeating: Entry(pattern: 0, start: 0, count: 0), count: 1 << Int(Self.bitCount))
    }
    entries[Self.index(of: value)] = Entry(
      pattern: value.bitPattern, start: place.lowerBound, count: place.count)
  }

  private static func index(of value: Double) -> Int {
    Int(truncatingIfNeeded: (value.bitPattern &* 0x9E37_79B9_7F4A_7C15) >> (64 - bitCount))
  }
}
