/// Walks values of Thrift's binary protocol, every read checked against the end of the bytes.
struct ThriftScanner {
  /// What a value is on the wire.
  enum FieldType: UInt8 {
    case stop = 0
    case bool = 2
    case byte = 3
    case double = 4
    case int16 = 6
    case int32 = 8
    case int64 = 10
    case string = 11
    case structure = 12
    case map = 13
    case set = 14
    case list = 15

    /// Bytes a value has at least: what a list may announce is limited by what is left.
    var bytesMin: Int {
      switch self {
      case .stop, .bool, .byte, .structure: 1
      case .int16: 2
      case .int32, .string: 4
      case .double, .int64: 8
      case .set, .list: 5
      case .map: 6
      }
    }
  }

  private let bytes: [UInt8]
  private(set) var position = 0

  /// Values deeper in each other than this are refused: nothing of Jaeger's is.
  private static let depthMax = 32

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Type and number of the next field of a structure; nil at its end.
  mutating func field() throws(IntakeError) -> (type: FieldType, number: Int)? {
    let type = try type()
    if type == .stop { return nil }
    return (type, Int(Int16(truncatingIfNeeded: try integer(2))))
  }

  mutating func bool() throws(IntakeError) -> Bool { try integer(1) != 0 }
  mutating func int32() throws(IntakeError) -> Int32 { Int32(truncatingIfNeeded: try integer(4)) }
  mutating func int64() throws(IntakeError) -> UInt64 { try integer(8) }
  mutating func double() throws(IntakeError) -> Double { Double(bitPattern: try integer(8)) }

  mutating func binary() throws(IntakeError) -> [UInt8] {
    let start = position
    let count = Int(try int32())
    guard count >= 0, count <= bytes.count - position else {
      throw .malformed(offset: start, "\(count) bytes announced, \(bytes.count - position) left")
    }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  mutating func string() throws(IntakeError) -> String {
    String(decoding: try binary(), as: UTF8.self)
  }

  /// The number of structures in a list that starts here.
  mutating func listOfStructures() throws(IntakeError) -> Int {
    let start = position
    let element = try type()
    let count = try listCount(element)
    guard element == .structure || count == 0 else {
      throw .malformed(offset: start, "a list of structures was expected")
    }
    return count
  }

  /// Passes over a value.
  mutating func skip(_ type: FieldType, depth: Int = 0) throws(IntakeError) {
    guard depth < Self.depthMax else {
      throw .malformed(offset: position, "values too deep in each other")
    }
    switch type {
    case .stop: throw .malformed(offset: position, "a field without a type")
    case .bool, .byte: try advance(1)
    case .int16: try advance(2)
    case .int32: try advance(4)
    case .int64, .double: try advance(8)
    case .string: _ = try binary()
    case .structure:
      while let (inner, _) = try field() { try skip(inner, depth: depth + 1) }
    case .list, .set:
      let element = try self.type()
      for _ in 0..<(try listCount(element)) { try skip(element, depth: depth + 1) }
    case .map:
      let (key, value) = (try self.type(), try self.type())
      for _ in 0..<(try listCount(key)) {
        try skip(key, depth: depth + 1)
        try skip(value, depth: depth + 1)
      }
    }
  }

  // MARK: Bytes

  private mutating func type() throws(IntakeError) -> FieldType {
    let start = position
    let raw = UInt8(try integer(1))
    guard let type = FieldType(rawValue: raw) else {
      throw .malformed(offset: start, "Unknown data type \(raw)")
    }
    return type
  }

  private mutating func listCount(_ element: FieldType) throws(IntakeError) -> Int {
    let start = position
    let count = Int(try int32())
    guard count >= 0, count <= (bytes.count - position) / element.bytesMin else {
      throw .malformed(offset: start, "a list of \(count) values in the bytes that are left")
    }
    return count
  }

  private mutating func integer(_ byteCount: Int) throws(IntakeError) -> UInt64 {
    let start = position
    try advance(byteCount)
    return bytes[start..<position].reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func advance(_ byteCount: Int) throws(IntakeError) {
    guard bytes.count - position >= byteCount else {
      throw .malformed(offset: position, "EOF")
    }
    position += byteCount
  }
}
