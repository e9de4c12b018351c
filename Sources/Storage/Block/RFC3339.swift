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

  /// Writes a time in UTC, the fraction without zeros at its end: `2026-11-20T23:09:12.5Z`.
  static func text(nanoseconds: UInt64) -> String {
    let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let (days, clock) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
    let (year, month, day) = date(daysSince1970: days)
    var text =
      padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
      + padded(clock / 3600, 2) + ":" + padded(clock / 60 % 60, 2) + ":" + padded(clock % 60, 2)
    if fraction > 0 {
      var digits = padded(Int(fraction), 9)
      while digits.hasSuffix("0") { digits.removeLast() }
      text += "." + digits
    }
    return text + "Z"
  }

  private static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// The Gregorian date of a day from 1970 on; years start in March, as below.
  private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
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
