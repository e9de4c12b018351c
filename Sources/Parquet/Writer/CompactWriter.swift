/// Writes Thrift's compact protocol: the metadata of Parquet files.
///
///     var writer = CompactWriter()
///     writer.structure { $0.integer(1, 2); $0.string(4, "name") }
///
/// Fields are written in ascending order of their numbers.
struct CompactWriter {
  private(set) var bytes: [UInt8] = []
  private var lastField = 0

  private enum WireType: UInt8 {
    case booleanTrue = 1
    case booleanFalse, byte, int16, int32, int64, double, binary, list, set, map, structure
  }

  /// A whole structure without a field header: the outermost one, or an element of a list.
  mutating func structure(_ fields: (inout CompactWriter) -> Void) {
    let outer = lastField
    lastField = 0
    fields(&self)
    bytes.append(0)
    lastField = outer
  }

  mutating func structure(_ field: Int, _ fields: (inout CompactWriter) -> Void) {
    header(field, .structure)
    structure(fields)
  }

  mutating func boolean(_ field: Int, _ value: Bool) {
    header(field, value ? .booleanTrue : .booleanFalse)
  }

  mutating func byte(_ field: Int, _ value: Int8) {
    header(field, .byte)
    bytes.append(UInt8(bitPattern: value))
  }

  /// A 32-bit field.
  mutating func integer(_ field: Int, _ value: Int) {
    header(field, .int32)
    zigZag(Int64(value))
  }

  /// A 64-bit field.
  mutating func long(_ field: Int, _ value: Int) {
    header(field, .int64)
    zigZag(Int64(value))
  }

  mutating func string(_ field: Int, _ value: String) { binary(field, Array(value.utf8)) }

  mutating func binary(_ field: Int, _ value: [UInt8]) {
    header(field, .binary)
    binaryElement(value)
  }

  mutating func structures<Element>(
    _ field: Int, _ elements: [Element], _ write: (inout CompactWriter, Element) -> Void
  ) {
    list(field, .structure, elements.count)
    for element in elements { structure { write(&$0, element) } }
  }

  mutating func strings(_ field: Int, _ elements: [String]) {
    list(field, .binary, elements.count)
    for element in elements { binaryElement(Array(element.utf8)) }
  }

  mutating func binaries(_ field: Int, _ elements: [[UInt8]]) {
    list(field, .binary, elements.count)
    for element in elements { binaryElement(element) }
  }

  mutating func integers(_ field: Int, _ elements: [Int]) {
    list(field, .int32, elements.count)
    for element in elements { zigZag(Int64(element)) }
  }

  mutating func longs(_ field: Int, _ elements: [Int]) {
    list(field, .int64, elements.count)
    for element in elements { zigZag(Int64(element)) }
  }

  /// Booleans in lists are bytes: 1 true, 0 false (blocks.md 4.2).
  mutating func booleans(_ field: Int, _ elements: [Bool]) {
    list(field, .booleanFalse, elements.count)
    for element in elements { bytes.append(element ? 1 : 0) }
  }

  private mutating func list(_ field: Int, _ type: WireType, _ count: Int) {
    header(field, .list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | type.rawValue)
    } else {
      bytes.append(0xF0 | type.rawValue)
      bytes.appendVarint(UInt64(count))
    }
  }

  private mutating func binaryElement(_ value: [UInt8]) {
    bytes.appendVarint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  private mutating func header(_ field: Int, _ type: WireType) {
    let delta = field - lastField
    precondition(delta > 0, "fields are written in ascending order")
    if delta < 16 {
      bytes.append(UInt8(delta) << 4 | type.rawValue)
    } else {
      bytes.append(type.rawValue)
      zigZag(Int64(field))
    }
    lastField = field
  }

  private mutating func zigZag(_ value: Int64) {
    bytes.appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }
}

extension [UInt8] {
  /// Appends a number seven bits a byte, the lowest first.
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// Appends a 32-bit number, the lowest byte first.
  mutating func appendLittleEndian(_ value: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
