/// Values in the byte form of partial results; the list of types stands with `MetricsPartial`.
extension PartialWriter {
  mutating func value(_ value: Value) {
    switch value {
    case .nil: byte(0)
    case .int(let number): tagged(1, number)
    case .float(let number):
      byte(2)
      float(number)
    case .duration(let number): tagged(3, number)
    case .string(let string):
      byte(4)
      text(string.utf8)
    case .bool(let flag):
      byte(5)
      byte(flag ? 1 : 0)
    case .status(let number): tagged(6, number)
    case .kind(let number): tagged(7, number)
    case .array(let elements):
      byte(8)
      count(elements.count)
      for element in elements { self.value(element) }
    }
  }

  private mutating func tagged(_ tag: UInt8, _ number: Int64) {
    byte(tag)
    zigzag(number)
  }
}

extension PartialReader {
  /// Arrays hold no arrays in arrays without end.
  private static let depthMax = 4

  mutating func value(depth: Int) throws(PartialFormatError) -> Value {
    let tag = try byte()
    switch tag {
    case 0: return .nil
    case 1: return .int(try zigzag())
    case 2: return .float(try float())
    case 3: return .duration(try zigzag())
    case 4: return .string(String(decoding: try text(), as: UTF8.self))
    case 5: return .bool(try byte() != 0)
    case 6: return .status(try zigzag())
    case 7: return .kind(try zigzag())
    case 8:
      guard depth < Self.depthMax else { throw error("arrays nested too deep") }
      var elements: [Value] = []
      for _ in 0..<(try count(bytesEach: 1)) { elements.append(try value(depth: depth + 1)) }
      return .array(elements)
    default: throw error("no value has type \(tag)")
    }
  }
}
