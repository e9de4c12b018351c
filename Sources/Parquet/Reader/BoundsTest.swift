import Columns

/// Whether values between given bounds can match at all.
struct BoundsTest {
  /// With more matching strings than this the bounds of a page are not compared with each.
  private static let stringsMax = 16

  private let match: ValueMatch
  /// The strings that match, if all are known and few.
  private var strings: [[UInt8]]?

  /// `dictionary` holds every value of the chunk, or is nil.
  init(_ match: ValueMatch, _ dictionary: ChunkDictionary?) {
    self.match = match
    guard case .codes(let codes, _) = match, case .text(let table) = dictionary,
      codes.count == table.count, codes.populationCount <= Self.stringsMax
    else { return }
    strings = codes.indices().map { table.bytes(at: Int($0)) }
  }

  func mayMatch(_ bounds: PageBounds) -> Bool {
    switch (match, bounds) {
    case (.int64(let wanted), .int64(let present)): return wanted.overlaps(present)
    case (.double(let lower, let lowerInclusive, let upper, let upperInclusive), .double(let b)):
      let isAbove = lowerInclusive ? b.upperBound >= lower : b.upperBound > lower
      let isBelow = upperInclusive ? b.lowerBound <= upper : b.lowerBound < upper
      return isAbove && isBelow
    case (.codes, .bytes(let minimum, let maximum)):
      guard let strings else { return true }
      // A cut maximum is rounded up, which 0xFF bytes cannot be.
      let isOpen = maximum.allSatisfy { $0 == 0xFF }
      return strings.contains { string in
        !string.lexicographicallyPrecedes(minimum)
          && (isOpen || !maximum.lexicographicallyPrecedes(string))
      }
    default: return true
    }
  }
}
