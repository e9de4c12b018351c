/// Reads sizes of memory as people type them: "512MB", "2GiB", "1073741824".
package enum SizeText {
  /// Bytes, or nil if the text is no size or more than an Int holds.
  package static func parse(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    let factor: Double? =
      switch unit {
      case "", "b": 1
      case "k", "kb": 1e3
      case "m", "mb": 1e6
      case "g", "gb": 1e9
      case "t", "tb": 1e12
      case "kib": 1024
      case "mib": 1_048_576
      case "gib": 1_073_741_824
      case "tib": 1_099_511_627_776
      default: nil
      }
    guard let factor, let number = Double(digits) else { return nil }
    return Int(exactly: (number * factor).rounded(.down))
  }
}
