/// Reads moments as people type them.
///
/// RFC 3339 (with a blank for the `T` if that is handier, without seconds, or a date alone; without
/// an offset the zone decides), Unix seconds, milliseconds, microseconds or nanoseconds by their
/// number of digits, `now`, and moments relative to now: `-1h30m`, `now-1h`, `+5m`.
package struct TimeExpression {
  package var nowNanoseconds: UInt64
  package var zone: CivilTime.Zone

  package init(nowNanoseconds: UInt64, zone: CivilTime.Zone) {
    self.nowNanoseconds = nowNanoseconds
    self.zone = zone
  }

  /// Unix nanoseconds, or nil if the text is no moment.
  package func parse(_ text: String) -> UInt64? {
    relative(text) ?? unix(text) ?? rfc3339(text)
  }

  private func relative(_ text: String) -> UInt64? {
    var rest = text[...]
    let namesNow = rest.hasPrefix("now")
    if namesNow { rest = rest.dropFirst(3) }
    if rest.isEmpty { return namesNow ? nowNanoseconds : nil }
    guard let sign = rest.first, sign == "-" || sign == "+",
      let distance = DurationText.parse(rest.dropFirst())
    else { return nil }
    guard sign == "+" else { return nowNanoseconds > distance ? nowNanoseconds - distance : 0 }
    return nowNanoseconds.addingReportingOverflow(distance).partialValue
  }

  private func unix(_ text: String) -> UInt64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }),
      let whole = UInt64(parts[0])
    else { return nil }
    if parts.count == 2 {
      guard parts[0].count <= 11, let fraction = Self.fraction(parts[1]) else { return nil }
      return CivilTime.unixNanoseconds(seconds: Int(whole), nanosecond: fraction)
    }
    // Up to 11 digits are seconds (until the year 5138); what is longer counts smaller units.
    let factor: UInt64 =
      switch parts[0].count {
      case ...11: 1_000_000_000
      case ...14: 1_000_000
      case ...17: 1_000
      default: 1
      }
    let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  private func rfc3339(_ text: String) -> UInt64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7], in: 1...12),
      let day = number(bytes[8..<10], in: 1...31), Self.days(in: month, of: year) >= day
    else { return nil }
    var time = CivilTime(year: year, month: month, day: day)
    guard bytes.count > 10 else { return time.unixNanoseconds(zone: zone) }
    guard bytes.count >= 16, "Tt ".utf8.contains(bytes[10]), bytes[13] == UInt8(ascii: ":"),
      let hour = number(bytes[11..<13], in: 0...23),
      let minute = number(bytes[14..<16], in: 0...59)
    else { return nil }
    (time.hour, time.minute) = (hour, minute)
    var rest = bytes[16...]
    if rest.first == UInt8(ascii: ":") {
      guard rest.count >= 3, let second = number(rest.dropFirst().prefix(2), in: 0...60)
      else { return nil }
      time.second = second
      rest = rest.dropFirst(3)
    }
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix(while: isDigit)
      guard let fraction = Self.fraction(Substring(decoding: digits, as: UTF8.self))
      else { return nil }
      time.nanosecond = fraction
      rest = rest.dropFirst(1 + digits.count)
    }
    guard !rest.isEmpty else { return time.unixNanoseconds(zone: zone) }
    guard let offset = offsetSeconds(rest) else { return nil }
    return CivilTime.unixNanoseconds(
      seconds: time.utcSeconds - offset, nanosecond: time.nanosecond)
  }

  /// Seconds east of UTC of "Z", "+01:00" or "-0530".
  private func offsetSeconds(_ bytes: ArraySlice<UInt8>) -> Int? {
    if bytes.elementsEqual("Z".utf8) || bytes.elementsEqual("z".utf8) { return 0 }
    guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    else { return nil }
    let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
    guard digits.count == 4, bytes.count <= 6, let hours = number(digits[0..<2], in: 0...23),
      let minutes = number(digits[2..<4], in: 0...59)
    else { return nil }
    let seconds = hours * 3600 + minutes * 60
    return sign == UInt8(ascii: "-") ? -seconds : seconds
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Nanoseconds of the digits after a decimal point; more than nine are cut.
  private static func fraction(_ digits: Substring) -> Int? {
    guard !digits.isEmpty else { return nil }
    let nine = digits.prefix(9)
    return Int(nine + String(repeating: "0", count: 9 - nine.count))
  }

  private func number(_ bytes: ArraySlice<UInt8>, in range: ClosedRange<Int>? = nil) -> Int? {
    guard bytes.allSatisfy(isDigit), let value = Int(String(decoding: bytes, as: UTF8.self))
    else { return nil }
    return range?.contains(value) ?? true ? value : nil
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
}
