/// Times as RFC 3339 writes them, with any offset and fraction, as nanoseconds since 1970.
enum RFC3339 {
  /// Reads `2026-11-20T23:09:12.5+01:00`; nil if `text` is no such time.
  ///
  /// Times before 1970 become 0 and those after 2554 the largest number: what does not fit 64 bits
  /// is only ever "no time set".
  static func nanoseconds(_ text: String) -> UInt64? {
    var scanner = DigitScanner(Array(text.utf8))
    guard let year = scanner.number(digits: 4), scanner.take("-"),
      let month = scanner.number(digits: 2), (1...12).contains(month), scanner.take("-"),
      let day = scanner.number(digits: 2), (1...31).contains(day),
      scanner.take("T") || scanner.take("t") || scanner.take(" "),
      let hour = scanner.number(digits: 2), hour < 24, scanner.take(":"),
      let minute = scanner.number(digits: 2), minute < 60, scanner.take(":"),
      let second = scanner.number(digits: 2), second < 61
    else { return nil }
    var fraction = 0
    if scanner.take(".") || scanner.take(",") {
      guard let read = scanner.fraction() else { return nil }
      fraction = read
    }
    guard let offset = scanner.offsetSeconds(), scanner.isAtEnd else { return nil }
    let clock = hour * 3600 + minute * 60 + second - offset
    return nanoseconds(
      seconds: Int64(daysSince1970(year: year, month: month, day: day) * 86_400 + clock),
      fraction: Int64(fraction))
  }

  /// Joins seconds and nanoseconds since 1970, with the same limits.
  static func nanoseconds(seconds: Int64, fraction: Int64) -> UInt64 {
    guard seconds >= 0 else { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return .max }
    let (sum, carry) = product.addingReportingOverflow(UInt64(clamping: fraction))
    return carry ? .max : sum
  }

  /// Days from 1970-01-01 in the Gregorian calendar; years start in March, so that the leap day
  /// comes last.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

/// Takes fixed groups of digits off the front of a text.
private struct DigitScanner {
  private let text: [UInt8]
  private var position = 0

  init(_ text: [UInt8]) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard !isAtEnd, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func number(digits: Int) -> Int? {
    var value = 0
    for _ in 0..<digits {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Any number of digits, as nanoseconds; those past the ninth are dropped.
  mutating func fraction() -> Int? {
    var value = 0
    var count = 0
    while let digit = digit() {
      if count < 9 { value = value * 10 + digit }
      count += 1
    }
    guard count > 0 else { return nil }
    for _ in 0..<max(0, 9 - count) { value *= 10 }
    return value
  }

  /// `Z` or `+hh:mm`.
  mutating func offsetSeconds() -> Int? {
    if take("Z") || take("z") { return 0 }
    let sign = take("+") ? 1 : take("-") ? -1 : 0
    guard sign != 0, let hours = number(digits: 2), hours < 24, take(":"),
      let minutes = number(digits: 2), minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private mutating func digit() -> Int? {
    guard !isAtEnd, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) else {
      return nil
    }
    position += 1
    return Int(text[position - 1] - UInt8(ascii: "0"))
  }
}
