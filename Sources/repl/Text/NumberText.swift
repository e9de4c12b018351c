/// Numbers as people read them.
package enum NumberText {
  /// `12345` as "12,345".
  package static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude).utf8)
    var bytes: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(digit)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// "1 trace", "2 traces".
  package static func counted(_ count: Int, _ noun: String) -> String {
    grouped(count) + " " + noun + (count == 1 ? "" : "s")
  }

  /// Bytes in powers of 1000: "999 B", "12.1 MB", "165 MB".
  package static func bytes(_ count: Int) -> String {
    scaled(Double(count), units: ["B", "kB", "MB", "GB", "TB", "PB", "EB"])
  }

  /// Numbers with a letter: "950", "12.3 k", "1.45 M".
  package static func short(_ value: Double) -> String {
    scaled(value, units: ["", "k", "M", "G", "T", "P", "E"])
  }

  private static func scaled(_ value: Double, units: [String]) -> String {
    var scaled = value
    var unit = 0
    // 999.5 rounds to 1000, which belongs to the next unit.
    while scaled.magnitude >= 999.5, unit < units.count - 1 {
      scaled /= 1000
      unit += 1
    }
    let number = unit == 0 ? String(Int(scaled.rounded())) : significant(scaled)
    return units[unit].isEmpty ? number : number + " " + units[unit]
  }

  /// A number below 1000 with three digits: "1.23", "12.3", "123".
  static func significant(_ value: Double) -> String {
    switch value.magnitude {
    case ..<9.995: fixed(value, places: 2)
    case ..<99.95: fixed(value, places: 1)
    default: fixed(value, places: 0)
    }
  }

  /// Decimal notation with that many digits after the point. Values beyond Int64 lose them.
  static func fixed(_ value: Double, places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    guard let scaled = Int64(exactly: (value.magnitude * scale).rounded()) else {
      return value.description
    }
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard places > 0 else { return sign + String(scaled) }
    let digits = String(scaled)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }
}
