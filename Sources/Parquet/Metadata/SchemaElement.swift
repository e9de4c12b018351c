/// One node of the schema as stored: the tree is flattened depth first.
struct SchemaElement {
  enum Repetition: Int {
    case required = 0
    case optional, repeated
  }

  var name = ""
  var physicalType: Int?
  var fixedByteCount = 0
  var repetition = Repetition.required
  var childCount = 0
  var isUnsigned = false

  init(from reader: inout CompactReader) throws(DecodingFailure) {
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      switch id {
      case 1: physicalType = try reader.integer(type)
      case 2: fixedByteCount = try reader.count(type)
      case 3:
        guard let known = Repetition(rawValue: try reader.integer(type)) else {
          throw .malformed("unknown repetition of a schema element")
        }
        repetition = known
      case 4: name = try reader.string(type)
      case 5: childCount = try reader.count(type)
      case 6:
        // UINT_8, UINT_16, UINT_32, UINT_64.
        if (11...14).contains(try reader.integer(type)) { isUnsigned = true }
      case 10: try readLogicalType(&reader, type)
      default: try reader.skip(type)
      }
    }
  }

  /// Only the sign of integers matters here: field 10 of the union, field 2 of the structure.
  private mutating func readLogicalType(
    _ reader: inout CompactReader, _ type: CompactReader.WireType
  ) throws(DecodingFailure) {
    guard type == .structure else { throw .malformed("a structure was expected") }
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      guard id == 10, type == .structure else {
        try reader.skip(type)
        continue
      }
      try reader.beginStructure()
      var inner = 0
      while let type = try reader.nextField(&inner) {
        if inner == 2 { isUnsigned = try !reader.boolean(type) } else { try reader.skip(type) }
      }
    }
  }
}
