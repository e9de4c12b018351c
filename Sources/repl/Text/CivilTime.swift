import Glibc

/// A moment as a calendar and a clock show it.
package struct CivilTime: Sendable, Equatable {
  /// Whose calendar and clock.
  package enum Zone: Sendable, Equatable { case utc, local }

  package var year: Int
  package var month: Int
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int
  package var nanosecond: Int

  package init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    nanosecond: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.nanosecond = nanosecond
  }

  /// The moment that many nanoseconds after 1970 in UTC.
  package init(unixNanoseconds: UInt64, zone: Zone) {
    let seconds = Int(unixNanoseconds / 1_000_000_000)
    let fraction = Int(unixNanoseconds % 1_000_000_000)
    switch zone {
    case .utc: self.init(utcSeconds: seconds, nanosecond: fraction)
    case .local:
      var clock = time_t(seconds)
      var parts = tm()
      guard localtime_r(&clock, &parts) != nil else {
        self.init(utcSeconds: seconds, nanosecond: fraction)
        return
      }
      self.init(
        year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
        hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
        nanosecond: fraction)
    }
  }

  /// Days to date by the 400-year cycle of the Gregorian calendar, counted from 1 March 0000.
  private init(utcSeconds: Int, nanosecond: Int) {
    let days = utcSeconds / 86_400 + 719_468
    let (era, dayOfEra) = (days / 146_097, days % 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    self.init(
      year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shifted + 2) / 5 + 1, hour: utcSeconds / 3600 % 24,
      minute: utcSeconds / 60 % 60, second: utcSeconds % 60, nanosecond: nanosecond)
  }

  /// Unix nanoseconds, reading the clock in `zone`; nil before 1970 and beyond the year 2554.
  package func unixNanoseconds(zone: Zone) -> UInt64? {
    let seconds: Int
    switch zone {
    case .utc: seconds = utcSeconds
    case .local:
      var parts = tm()
      parts.tm_year = Int32(year - 1900)
      parts.tm_mon = Int32(month - 1)
      parts.tm_mday = Int32(day)
      parts.tm_hour = Int32(hour)
      parts.tm_min = Int32(minute)
      parts.tm_sec = Int32(second)
      // Let the zone's rules say whether summer time holds.
      parts.tm_isdst = -1
      seconds = mktime(&parts)
    }
    return Self.unixNanoseconds(seconds: seconds, nanosecond: nanosecond)
  }

  static func unixNanoseconds(seconds: Int, nanosecond: Int) -> UInt64? {
    guard seconds >= 0 else { return nil }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? nil : product.addingReportingOverflow(UInt64(nanosecond)).partialValue
  }

  /// Seconds since 1970, reading the clock in UTC.
  var utcSeconds: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return days * 86_400 + hour * 3600 + minute * 60 + second
  }

  /// "2026-01-15 09:30:44.580"
  package var readable: String {
    date + " " + clock + "." + Self.digits(nanosecond / 1_000_000, 3)
  }

  /// "01-15 09:30:44"
  package var compact: String { monthAndDay + " " + clock }

  /// "01-15"
  package var monthAndDay: String { String(date.dropFirst(5)) }

  /// "2026-01-15T09:30:44.580243968Z"; meant for moments in UTC.
  package var rfc3339: String { date + "T" + clock + "." + Self.digits(nanosecond, 9) + "Z" }

  private var date: String {
    Self.digits(year, 4) + "-" + Self.digits(month, 2) + "-" + Self.digits(day, 2)
  }

  /// "09:30:44"
  package var clock: String {
    Self.digits(hour, 2) + ":" + Self.digits(minute, 2) + ":" + Self.digits(second, 2)
  }

  private static func digits(_ value: Int, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
