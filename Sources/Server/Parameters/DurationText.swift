/// Durations as request parameters spell them.
enum DurationText {
  struct Failure: Error, Equatable {
    var message: String
    init(_ message: String) { self.message = message }
  }

  // MARK: Go's form

  private static let goUnits: [(name: String, nanoseconds: UInt64)] = [
    ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000),
    ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
  ]

  /// `1h30m`, `1.5s`, `-2ms`, bare `0`; in nanoseconds.
  static func go(_ text: String) throws(Failure) -> Int64 {
    let invalid = Failure("time: invalid duration \(GoQuote.quote(text))")
    var rest = text[...]
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    if rest == "0" { return 0 }
    guard !rest.isEmpty else { throw invalid }

    var total: UInt64 = 0
    while !rest.isEmpty {  // every turn takes at least a number
      let whole = takeDigits(&rest)
      var fraction: Substring = ""
      let hasPoint = rest.first == "."
      if hasPoint {
        rest.removeFirst()
        fraction = takeDigits(&rest)
      }
      guard !whole.isEmpty || !fraction.isEmpty else { throw invalid }
      let unitText = rest.prefix { $0 != "." && !$0.isASCIIDigit }
      guard !unitText.isEmpty else {
        throw Failure("time: missing unit in duration \(GoQuote.quote(text))")
      }
      rest = rest[unitText.endIndex...]
      guard let unit = goUnits.first(where: { $0.name == unitText })?.nanoseconds else {
        throw Failure(
          "time: unknown unit \(GoQuote.quote(String(unitText))) in duration \(GoQuote.quote(text))"
        )
      }
      guard let value = scaled(whole, fraction, by: unit),
        case (let sum, let overflows) = total.addingReportingOverflow(value), !overflows,
        sum <= 1 << 63
      else { throw invalid }
      total = sum
    }
    if isNegative { return Int64(truncatingIfNeeded: 0 &- total) }
    guard total <= UInt64(Int64.max) else { throw invalid }
    return Int64(total)
  }

  private static func scaled(
    _ whole: Substring, _ fraction: Substring, by unit: UInt64
  ) -> UInt64? {
    guard let count = whole.isEmpty ? 0 : UInt64(whole) else { return nil }
    let (product, overflows) = count.multipliedReportingOverflow(by: unit)
    guard !overflows, product <= 1 << 63 else { return nil }
    guard !fraction.isEmpty else { return product }
    // Eighteen digits are below a billionth of any unit here.
    guard let numerator = Double(fraction.prefix(18)) else { return nil }
    var scale = 1.0
    for _ in fraction.prefix(18) { scale *= 10 }
    return product + UInt64(numerator * (Double(unit) / scale))
  }

  // MARK: Prometheus' form

  private static let prometheusUnits: [(name: String, rank: Int, milliseconds: Int64)] = [
    ("y", 7, 365 * 86_400_000), ("w", 6, 7 * 86_400_000), ("d", 5, 86_400_000),
    ("h", 4, 3_600_000), ("m", 3, 60_000), ("s", 2, 1_000), ("ms", 1, 1),
  ]

  /// `1d12h`: whole numbers, units in descending order; in nanoseconds.
  static func prometheus(_ text: String) throws(Failure) -> Int64 {
    if text == "0" { return 0 }
    guard !text.isEmpty else { throw Failure("empty duration string") }
    let invalid = Failure("not a valid duration string: \(GoQuote.quote(text))")
    var rest = text[...]
    var lastRank = Int.max
    var total: Int64 = 0
    while !rest.isEmpty {  // every turn takes at least a digit
      let number = takeDigits(&rest)
      let unitText = rest.prefix { !$0.isASCIIDigit }
      guard !number.isEmpty, !unitText.isEmpty else { throw invalid }
      rest = rest[unitText.endIndex...]
      guard let unit = prometheusUnits.first(where: { $0.name == unitText }) else {
        throw Failure(
          "unknown unit \(GoQuote.quote(String(unitText))) in duration \(GoQuote.quote(text))")
      }
      guard unit.rank < lastRank else { throw invalid }
      lastRank = unit.rank
      guard let count = Int64(number),
        case (let value, let over) = count.multipliedReportingOverflow(
          by: unit.milliseconds * 1_000_000),
        case (let sum, let above) = total.addingReportingOverflow(value), !over, !above
      else { throw Failure("duration out of range") }
      total = sum
    }
    return total
  }

  // MARK: Step

  /// A float in seconds, else Go's form; in nanoseconds.
  static func step(_ text: String) throws(Failure) -> Int64 {
    let unreadable = Failure("cannot parse \(GoQuote.quote(text)) to a valid duration")
    let nanoseconds: Int64
    if let seconds = Double(text) {
      let value = seconds * 1e9
      guard value.magnitude < 0x1p63 else {
        throw Failure(unreadable.message + ". It overflows int64")
      }
      nanoseconds = Int64(value)
    } else {
      do {
        nanoseconds = try go(text)
      } catch {
        throw unreadable
      }
    }
    guard nanoseconds >= 0 else {
      throw Failure("cannot parse \(GoQuote.quote(text)): step must be positive")
    }
    return nanoseconds
  }

  private static func takeDigits(_ text: inout Substring) -> Substring {
    let digits = text.prefix { $0.isASCIIDigit }
    text = text[digits.endIndex...]
    return digits
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}
