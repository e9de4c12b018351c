import Glibc

/// Reads Thrift's compact protocol: varints, zig-zag numbers, field headers that count up.
///
/// Every read checks the bounds; nesting and list lengths are limited, so that hostile bytes end
/// in an error. The bytes must outlive the reader.
struct CompactReader {
  /// Wire types of fields; the two boolean types carry their value.
  enum WireType: UInt8 {
    case stop = 0
    case booleanTrue, booleanFalse, byte, int16, int32, int64, double, binary, list, set, map
    case structure
  }

  /// A position and length in the bytes that are being read.
  struct Extent: Sendable, Equatable {
    var start: Int
    var count: Int
  }

  private let base: UnsafeRawPointer
  private let count: Int
  private(set) var position: Int
  private var nesting = 0
  private let nestingMax: Int

  init(_ bytes: PaddedBytes, nestingMax: Int) {
    self.nestingMax = nestingMax
    base = bytes.base
    count = bytes.count
    position = 0
  }

  private mutating func byte() throws(DecodingFailure) -> UInt8 {
    guard position < count else { throw .truncated }
    let value = base.load(fromByteOffset: position, as: UInt8.self)
    position &+= 1
    return value
  }

  private mutating func varint() throws(DecodingFailure) -> UInt64 {
    let first = try byte()
    if first < 0x80 { return UInt64(first) }
    var result = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while shift < 64 {
      let next = try byte()
      result |= UInt64(next & 0x7F) &<< shift
      if next < 0x80 { return result }
      shift &+= 7
    }
    throw .malformed("a number of more than ten bytes")
  }

  private mutating func zigZag() throws(DecodingFailure) -> Int64 {
    let raw = try varint()
    return Int64(bitPattern: raw &>> 1) ^ -Int64(bitPattern: raw & 1)
  }
}

// MARK: Fields

extension CompactReader {
  /// Starts a structure; `endStructure` or the stop field closes it.
  mutating func beginStructure() throws(DecodingFailure) {
    nesting += 1
    guard nesting <= nestingMax else { throw .limit("metadata nested too deeply") }
  }

  /// The next field of the current structure, nil at its end; `id` is the previous field's number.
  mutating func nextField(_ id: inout Int) throws(DecodingFailure) -> WireType? {
    let header = try byte()
    guard let type = WireType(rawValue: header & 0x0F) else {
      throw .malformed("unknown wire type \(header & 0x0F)")
    }
    if type == .stop {
      nesting -= 1
      return nil
    }
    let delta = Int(header &>> 4)
    id = delta == 0 ? Int(truncatingIfNeeded: try zigZag()) : id &+ delta
    return type
  }

  /// A number of any integer width.
  mutating func integer(_ type: WireType) throws(DecodingFailure) -> Int {
    switch type {
    case .int16, .int32, .int64: return Int(try zigZag())
    case .byte: return Int(Int8(bitPattern: try byte()))
    default: throw .malformed("a number was expected")
    }
  }

  /// A number that counts or measures something.
  mutating func count(_ type: WireType) throws(DecodingFailure) -> Int {
    let value = try integer(type)
    guard value >= 0 else { throw .malformed("a count below zero") }
    return value
  }

  func boolean(_ type: WireType) throws(DecodingFailure) -> Bool {
    switch type {
    case .booleanTrue: return true
    case .booleanFalse: return false
    default: throw .malformed("a boolean was expected")
    }
  }

  /// Where the bytes of a binary or string field lie.
  mutating func binary(_ type: WireType) throws(DecodingFailure) -> Extent {
    guard type == .binary else { throw .malformed("bytes were expected") }
    return try binaryElement()
  }

  mutating func string(_ type: WireType) throws(DecodingFailure) -> String {
    string(at: try binary(type))
  }

  func string(at extent: Extent) -> String {
    let bytes = UnsafeRawBufferPointer(start: base + extent.start, count: extent.count)
    return String(decoding: bytes, as: UTF8.self)
  }

  func bytes(at extent: Extent) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: base + extent.start, count: extent.count))
  }

  /// Passes over `bytes` if they come next.
  mutating func pass(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= count - position else { return false }
    let next = base + position
    let isNext = bytes.withUnsafeBytes { $0.baseAddress.map { memcmp($0, next, bytes.count) } == 0 }
    if isNext { position &+= bytes.count }
    return isNext
  }

  /// The element type and length of a list; every element takes at least a byte.
  mutating func list(
    _ type: WireType, of expected: WireType
  ) throws(DecodingFailure) -> Int {
    guard type == .list || type == .set else { throw .malformed("a list was expected") }
    let (element, length) = try listHeader()
    guard element == expected || length == 0 || (expected.isBoolean && element.isBoolean) else {
      throw .malformed("a list of another type was expected")
    }
    return length
  }

  private mutating func listHeader() throws(DecodingFailure) -> (WireType, Int) {
    let header = try byte()
    guard let element = WireType(rawValue: header & 0x0F) else {
      throw .malformed("unknown wire type \(header & 0x0F)")
    }
    let short = Int(header &>> 4)
    let length = short == 15 ? try varint() : UInt64(short)
    guard length <= UInt64(count - position) else { throw .truncated }
    return (element, Int(length))
  }

  // Elements of lists carry no header.
  mutating func binaryElement() throws(DecodingFailure) -> Extent {
    let length = try varint()
    guard length <= UInt64(count - position) else { throw .truncated }
    let extent = Extent(start: position, count: Int(length))
    position &+= Int(length)
    return extent
  }

  mutating func integerElement() throws(DecodingFailure) -> Int { Int(try zigZag()) }

  /// One byte, 1 = true; anything else counts as false.
  mutating func booleanElement() throws(DecodingFailure) -> Bool { try byte() == 1 }
}

// MARK: Skipping

extension CompactReader {
  /// Passes over a field nobody asked for.
  mutating func skip(_ type: WireType) throws(DecodingFailure) {
    switch type {
    case .stop, .booleanTrue, .booleanFalse: break
    default: try skipElement(type)
    }
  }

  private mutating func skipElement(_ type: WireType) throws(DecodingFailure) {
    switch type {
    case .stop: throw .malformed("a list of nothing")
    case .booleanTrue, .booleanFalse, .byte: _ = try byte()
    case .int16, .int32, .int64: _ = try varint()
    case .double:
      guard count - position >= 8 else { throw .truncated }
      position += 8
    case .binary: _ = try binaryElement()
    case .list, .set:
      let (element, length) = try listHeader()
      try nested { reader throws(DecodingFailure) in
        for _ in 0..<length { try reader.skipElement(element) }
      }
    case .map: try skipMap()
    case .structure:
      try beginStructure()
      var id = 0
      while let field = try nextField(&id) { try skip(field) }
    }
  }

  private mutating func skipMap() throws(DecodingFailure) {
    let length = try varint()
    guard length > 0 else { return }
    guard length <= UInt64(count - position) else { throw .truncated }
    let types = try byte()
    guard let key = WireType(rawValue: types &>> 4), let value = WireType(rawValue: types & 0x0F)
    else { throw .malformed("unknown wire type in a map") }
    try nested { reader throws(DecodingFailure) in
      for _ in 0..<length {
        try reader.skipElement(key)
        try reader.skipElement(value)
      }
    }
  }

  private mutating func nested(
    _ body: (inout CompactReader) throws(DecodingFailure) -> Void
  ) throws(DecodingFailure) {
    nesting += 1
    guard nesting <= nestingMax else { throw .limit("metadata nested too deeply") }
    try body(&self)
    nesting -= 1
  }
}

extension CompactReader.WireType {
  fileprivate var isBoolean: Bool { self == .booleanTrue || self == .booleanFalse }
}
