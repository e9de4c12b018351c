/// Durations as Go prints them, which is how Tempo shows them: `1h0m0s`, `1.5s`, `250ms`, `0s`.
package enum GoDuration {
  package static func format(nanoseconds: Int64) -> String {
    if nanoseconds == 0 { return "0s" }
    let sign = nanoseconds < 0 ? "-" : ""
    let magnitude = nanoseconds.magnitude
    switch magnitude {
    case ..<1_000: return "\(sign)\(magnitude)ns"
    case ..<1_000_000: return sign + decimal(magnitude, 1_000) + "µs"
    case ..<1_000_000_000: return sign + decimal(magnitude, 1_000_000) + "ms"
    default: break
    }
    let minutes = magnitude / 60_000_000_000
    let seconds = decimal(magnitude % 60_000_000_000, 1_000_000_000) + "s"
    if minutes == 0 { return sign + seconds }
    if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
    return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
  }

  /// `value / unit` in decimal without trailing zeros.
  private static func decimal(_ value: UInt64, _ unit: UInt64) -> String {
    var fraction = value % unit
    guard fraction > 0 else { return "\(value / unit)" }
    var scale = unit
    while fraction % 10 == 0 {
      fraction /= 10
      scale /= 10
    }
    let digits = "\(fraction)"
    let zeros = "\(scale)".utf8.count - 1 - digits.utf8.count
    return "\(value / unit)." + String(repeating: "0", count: zeros) + digits
  }
}
