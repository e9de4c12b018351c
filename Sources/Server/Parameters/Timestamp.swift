/// Moments as request parameters spell them; all in Unix nanoseconds.
enum Timestamp {
  /// Float seconds if there is a point, seconds up to ten characters, nanoseconds above, RFC 3339.
  static func parse(_ text: String) throws(GoNumber.Failure) -> Int64 {
    if text.utf8.contains(UInt8(ascii: ".")), let seconds = Double(text),
      seconds.magnitude < 9.2e9
    {
      // The fraction counts to the millisecond.
      let whole = seconds.rounded(.towardZero)
      let milliseconds = ((seconds - whole) * 1_000).rounded()
      return Int64(whole) * 1_000_000_000 + Int64(milliseconds) * 1_000_000
    }
    do {
      let value = try GoNumber.int64(text)
      return text.utf8.count <= 10 ? value * 1_000_000_000 : value
    } catch {
      if let moment = rfc3339(text) { return moment }
      throw error
    }
  }

  /// `2026-01-15T00:00:00Z`, with an optional fraction and any offset; nil for anything else.
  static func rfc3339(_ text: String) -> Int64? {
    var rest = text.utf8[...]
    guard let year = number(&rest, digits: 4, then: "-"),
      let month = number(&rest, digits: 2, then: "-"), (1...12).contains(month),
      let day = number(&rest, digits: 2, then: "T"), (1...31).contains(day),
      let hour = number(&rest, digits: 2, then: ":"), hour < 24,
      let minute = number(&rest, digits: 2, then: ":"), minute < 60,
      let second = number(&rest, digits: 2, then: nil), second < 60,
      let nanoseconds = fraction(&rest), let offset = zone(&rest), rest.isEmpty,
      day <= daysInMonth(month, year: year)
    else { return nil }
    let days = daysSinceEpoch(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    let (product, over) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (moment, above) = product.addingReportingOverflow(nanoseconds)
    return over || above ? nil : moment
  }

  private static func number(
    _ rest: inout Substring.UTF8View, digits: Int, then separator: Unicode.Scalar?
  ) -> Int64? {
    let text = rest.prefix(digits)
    guard text.count == digits, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(digits)
    if let separator {
      guard rest.popFirst() == UInt8(ascii: separator) else { return nil }
    }
    return Int64(Substring(text))
  }

  /// Nanoseconds of `.25`; digits past the ninth are dropped.
  private static func fraction(_ rest: inout Substring.UTF8View) -> Int64? {
    guard rest.first == UInt8(ascii: ".") else { return 0 }
    rest = rest.dropFirst()
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest = rest[digits.endIndex...]
    let nine = digits.prefix(9)
    guard var value = Int64(Substring(nine)) else { return nil }
    for _ in nine.count..<9 { value *= 10 }
    return value
  }

  /// Seconds east of Greenwich.
  private static func zone(_ rest: inout Substring.UTF8View) -> Int64? {
    switch rest.popFirst() {
    case UInt8(ascii: "Z"): return 0
    case UInt8(ascii: "+"): return offset(&rest)
    case UInt8(ascii: "-"): return offset(&rest).map { -$0 }
    default: return nil
    }
  }

  private static func offset(_ rest: inout Substring.UTF8View) -> Int64? {
    guard let hours = number(&rest, digits: 2, then: ":"), hours < 24,
      let minutes = number(&rest, digits: 2, then: nil), minutes < 60
    else { return nil }
    return hours * 3_600 + minutes * 60
  }

  private static func daysInMonth(_ month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Proleptic Gregorian; years are counted from March so that the leap day comes last.
  private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = y / 400 - (y % 400 < 0 ? 1 : 0)
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
