/// Floats as TraceQL prints them: shortest digits, always recognisable as a float.
package enum FloatText {
  /// `42.0`, `0.25`, `1e+21`, `1e-07`, `+Inf.0`.
  package static func traceQL(_ value: Double) -> String {
    guard value.isFinite else {
      // Tempo's form: clients send it back as they got it.
      return value.isNaN ? "NaN.0" : value < 0 ? "-Inf.0" : "+Inf.0"
    }
    let (digits, exponent) = parts(value.magnitude)
    let sign = value.sign == .minus ? "-" : ""
    if exponent < -4 || exponent >= 21 {
      let fraction = digits.dropFirst()
      let mantissa = digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
      let power = String(exponent.magnitude)
      let padded = power.count < 2 ? "0" + power : power
      return sign + mantissa + (exponent < 0 ? "e-" : "e+") + padded
    }
    if exponent < 0 {
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
    }
    let whole = digits.prefix(exponent + 1)
    let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
    let fraction = digits.dropFirst(exponent + 1)
    return sign + whole + zeros + "." + (fraction.isEmpty ? "0" : fraction)
  }

  /// The shortest digits d1d2d3… and the power of ten of d1.
  private static func parts(_ magnitude: Double) -> (digits: String, exponent: Int) {
    guard magnitude != 0 else { return ("0", 0) }
    let halves = magnitude.description.split(separator: "e", maxSplits: 1)
    let written = halves.count > 1 ? Int(halves[1]) ?? 0 : 0
    let numbers = halves[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = numbers.count > 1 ? numbers[1] : ""
    let all = numbers[0] + fraction
    let leadingZeros = all.prefix { $0 == "0" }.count
    var digits = all.dropFirst(leadingZeros)
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (String(digits), numbers[0].count - 1 - leadingZeros + written)
  }
}
