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
  var annotation = LeafAnnotation()

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
        annotation.converted = LeafAnnotation.Meaning(convertedType: try reader.integer(type))
      case 10: try readLogicalType(&reader, type)
      default: try reader.skip(type)
      }
    }
  }

  /// A union: field 1 is text, 2 a map, 3 a list, field 10 an integer with its width and sign.
  private mutating func readLogicalType(
    _ reader: inout CompactReader, _ type: CompactReader.WireType
  ) throws(DecodingFailure) {
    guard type == .structure else { throw .malformed("a structure was expected") }
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      guard id == 10, type == .structure else {
        annotation.logical =
          switch id {
          case 1: .text
          case 2: .map
          case 3: .list
          default: .other
          }
        try reader.skip(type)
        continue
      }
      try reader.beginStructure()
      var (bits, isUnsigned) = (0, false)
      var inner = 0
      while let type = try reader.nextField(&inner) {
        switch inner {
        case 1: bits = try reader.integer(type)
        case 2: isUnsigned = try !reader.boolean(type)
        default: try reader.skip(type)
        }
      }
      annotation.logical = .integer(bits: bits, isUnsigned: isUnsigned)
    }
  }
}
