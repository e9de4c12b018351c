/// The shortest decimal digits of a finite number, laid out as JSON encoders in Go lay them out:
/// plain from 1e-6 up to 1e21, with an exponent outside.
struct ShortestDecimal {
  private var isNegative: Bool
  private var digits: [UInt8] = []
  /// The value is 0.d1d2d3… times ten to this power.
  private var pointPosition = 0

  /// Takes the shortest digits as Swift writes them: `-1.5e-07`, `12345.0`.
  init(_ description: String) {
    isNegative = description.utf8.first == UInt8(ascii: "-")
    var integerDigits = 0
    var exponent = 0
    var seenPoint = false
    var bytes = description.utf8.dropFirst(isNegative ? 1 : 0)
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "."): seenPoint = true
      case UInt8(ascii: "e"):
        exponent = Int(Substring(bytes)) ?? 0
        bytes = bytes.suffix(0)
      default:
        digits.append(byte)
        if !seenPoint { integerDigits += 1 }
      }
    }
    pointPosition = integerDigits + exponent
    while digits.count > 1, digits.first == UInt8(ascii: "0") {
      digits.removeFirst()
      pointPosition -= 1
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
  }

  var text: [UInt8] {
    var out: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
    let zero = UInt8(ascii: "0")
    let point = UInt8(ascii: ".")
    if digits == [zero] {
      out.append(zero)
    } else if pointPosition > 21 || pointPosition < -5 {
      out.append(digits[0])
      if digits.count > 1 {
        out.append(point)
        out.append(contentsOf: digits[1...])
      }
      out.append(contentsOf: "e\(pointPosition > 0 ? "+" : "")\(pointPosition - 1)".utf8)
    } else if pointPosition <= 0 {
      out.append(contentsOf: [zero, point])
      out.append(contentsOf: repeatElement(zero, count: -pointPosition))
      out.append(contentsOf: digits)
    } else if digits.count <= pointPosition {
      out.append(contentsOf: digits)
      out.append(contentsOf: repeatElement(zero, count: pointPosition - digits.count))
    } else {
      out.append(contentsOf: digits[..<pointPosition])
      out.append(point)
      out.append(contentsOf: digits[pointPosition...])
    }
    return out
  }
}
