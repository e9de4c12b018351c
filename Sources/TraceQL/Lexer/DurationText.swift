/// Reads durations as people write them in queries.
package enum DurationText {
  /// Nanoseconds, or nil when `text` is no duration or does not fit.
  ///
  /// Form A is whole numbers with calendar units, the larger before the smaller (`1d12h30m`);
  /// form B is decimals with clock units in any order (`1.5h`, `1s500us`). They do not mix.
  package static func nanoseconds(_ text: ArraySlice<UInt8>) -> Int64? {
    calendar(text) ?? clock(text)
  }

  private static let calendarUnits: [(String, UInt64)] = [
    ("y", 365 * 86_400_000_000_000), ("w", 7 * 86_400_000_000_000), ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
  ]

  private static func calendar(_ text: ArraySlice<UInt8>) -> Int64? {
    var rest = text
    var total: UInt64 = 0
    var nextUnit = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      guard let (count, digits) = integer(&rest), digits > 0 else { return nil }
      let unitText = unit(&rest)
      let found = calendarUnits[nextUnit...].firstIndex { unitText.elementsEqual($0.0.utf8) }
      guard let found else { return nil }
      nextUnit = found + 1
      guard add(count, of: calendarUnits[found].1, to: &total) else { return nil }
    }
    return Int64(exactly: total)
  }

  private static func clock(_ text: ArraySlice<UInt8>) -> Int64? {
    var rest = text
    var total: UInt64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      guard let (whole, wholeDigits) = integer(&rest) else { return nil }
      var fraction: ArraySlice<UInt8> = []
      if rest.first == UInt8(ascii: ".") {
        fraction = rest.dropFirst().prefix { $0.isDigit }
        rest = rest.dropFirst(1 + fraction.count)
      }
      guard wholeDigits > 0 || !fraction.isEmpty, let scale = clockUnit(unit(&rest)) else {
        return nil
      }
      guard add(whole, of: scale, to: &total),
        add(fractionNanoseconds(fraction, of: scale), of: 1, to: &total)
      else { return nil }
    }
    return Int64(exactly: total)
  }

  private static func clockUnit(_ text: ArraySlice<UInt8>) -> UInt64? {
    switch String(decoding: text, as: UTF8.self) {
    case "h": 3_600_000_000_000
    case "m": 60_000_000_000
    case "s": 1_000_000_000
    case "ms": 1_000_000
    case "us", "µs": 1_000
    case "ns": 1
    default: nil
    }
  }

  /// The part behind the decimal point; what is smaller than a nanosecond is cut off.
  private static func fractionNanoseconds(_ digits: ArraySlice<UInt8>, of unit: UInt64) -> UInt64 {
    var value: UInt64 = 0
    var scale: UInt64 = 1
    for digit in digits.prefix(18) {
      value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
      scale *= 10
    }
    let product = value.multipliedFullWidth(by: unit)
    return scale.dividingFullWidth(product).quotient
  }

  /// Leading digits as a number; nil when it does not fit.
  private static func integer(_ text: inout ArraySlice<UInt8>) -> (value: UInt64, digits: Int)? {
    var value: UInt64 = 0
    var digits = 0
    while let byte = text.first, byte.isDigit {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      value = sum
      digits += 1
      text = text.dropFirst()
    }
    return (value, digits)
  }

  /// Leading bytes that are neither digit nor dot.
  private static func unit(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let unit = text.prefix { !$0.isDigit && $0 != UInt8(ascii: ".") }
    text = text.dropFirst(unit.count)
    return unit
  }

  private static func add(_ count: UInt64, of unit: UInt64, to total: inout UInt64) -> Bool {
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    let (sum, carry) = total.addingReportingOverflow(product)
    total = sum
    return !overflow && !carry && sum <= UInt64(Int64.max)
  }
}
