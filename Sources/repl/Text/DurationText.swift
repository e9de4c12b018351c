/// Lengths of time, as people write and read them.
package enum DurationText {
  /// Three digits and a unit up to a minute ("61.2 ms"), then two units ("2m 05s", "1h 02m").
  package static func format(nanoseconds: Int64) -> String {
    let sign = nanoseconds < 0 ? "-" : ""
    let magnitude = nanoseconds.magnitude
    let value = Double(magnitude)
    switch magnitude {
    case 0: return "0 ns"
    case ..<1_000: return sign + "\(magnitude) ns"
    case ..<999_500: return sign + NumberText.significant(value / 1e3) + " µs"
    case ..<999_500_000: return sign + NumberText.significant(value / 1e6) + " ms"
    case ..<59_950_000_000: return sign + NumberText.significant(value / 1e9) + " s"
    default: break
    }
    let seconds = (magnitude + 500_000_000) / 1_000_000_000
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60)
    if days > 0 { return sign + "\(days)d \(twoDigits(hours))h" }
    if hours > 0 { return sign + "\(hours)h \(twoDigits(minutes))m" }
    return sign + "\(minutes)m \(twoDigits(seconds % 60))s"
  }

  private static func twoDigits(_ value: UInt64) -> String { value < 10 ? "0\(value)" : "\(value)" }

  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9),
    ("h", 3_600e9), ("d", 86_400e9), ("w", 604_800e9),
  ]

  /// Reads "30m", "1h30m", "1.5s", "7d"; nil if the text is no such length or beyond 146 years.
  package static func parse(_ text: some StringProtocol) -> UInt64? {
    var rest = Substring(text)
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix(while: isNumeric)
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { !isNumeric($0) }
      rest = rest.dropFirst(letters.count)
      guard let number = Double(digits), let unit = units.first(where: { $0.name == letters })
      else { return nil }
      total += number * unit.nanoseconds
    }
    return total <= Double(Int64.max) / 2 ? UInt64(total.rounded()) : nil
  }

  private static func isNumeric(_ character: Character) -> Bool {
    ("0"..."9").contains(character) || character == "."
  }
}
