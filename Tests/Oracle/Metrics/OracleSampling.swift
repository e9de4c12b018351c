/// What a span stands for by its sampling probability: traceql-metrics.md 13.2 and
/// metrics-generator.md 8.
enum OracleSampling {
  static func weight(_ traceState: String) -> Double {
    let members = traceState.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1) }
    guard let own = members.first(where: { $0.first == "ot" }), own.count == 2 else { return 1 }
    for entry in own[1].split(separator: ";") where entry.hasPrefix("th:") {
      let digits = entry.dropFirst(3)
      guard (1...14).contains(digits.count), digits.allSatisfy(\.isHexDigit) else { return 1 }
      let padded = digits + String(repeating: "0", count: 14 - digits.count)
      guard let threshold = UInt64(padded, radix: 16) else { return 1 }
      let whole = Double(UInt64(1) << 56)
      return 1 / ((whole - Double(threshold)) / whole)
    }
    return 1
  }
}
