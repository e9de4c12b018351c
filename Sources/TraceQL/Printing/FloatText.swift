/// Floats as the canonical form writes them: the shortest digits that read back as the same
/// number, with `.0` where they would look like an integer.
package enum FloatText {
  package static func format(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let (digits, exponent) = shortest(value.magnitude)
    let sign = value.sign == .minus ? "-" : ""
    if exponent < -4 || exponent >= 21 { return sign + scientific(digits, exponent) }
    let text = plain(digits, exponent)
    return sign + (text.contains(".") ? text : text + ".0")
  }

  /// Significant digits without zeros at the end, and the power of ten of the first one.
  private static func shortest(_ value: Double) -> (digits: [Character], exponent: Int) {
    if value == 0 { return (["0"], 0) }
    let text = value.description
    let parts = text.split(separator: "e")
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = Array(mantissa[0]) + (mantissa.count > 1 ? Array(mantissa[1]) : [])
    exponent += mantissa[0].count - 1
    while digits.count > 1, digits.first == "0" {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (digits, exponent)
  }

  private static func scientific(_ digits: [Character], _ exponent: Int) -> String {
    let rest = String(digits.dropFirst())
    let magnitude = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    return "\(digits[0])" + (rest.isEmpty ? "" : "." + rest) + (exponent < 0 ? "e-" : "e+")
      + magnitude
  }

  private static func plain(_ digits: [Character], _ exponent: Int) -> String {
    if exponent < 0 {
      return "0." + String(repeating: "0", count: -exponent - 1) + String(digits)
    }
    if digits.count <= exponent + 1 {
      return String(digits) + String(repeating: "0", count: exponent + 1 - digits.count)
    }
    return String(digits[...exponent]) + "." + String(digits[(exponent + 1)...])
  }
}
