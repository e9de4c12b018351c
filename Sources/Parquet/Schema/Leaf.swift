/// A leaf column of the schema, with what is needed to read its levels.
package struct Leaf: Sendable, Equatable {
  package enum PhysicalType: Int, Sendable {
    case boolean = 0
    case int32, int64, int96, float, double, byteArray, fixedLengthByteArray
  }

  /// Position among the leaves of the file.
  package var index: Int
  /// Every path segment as stored.
  package var path: [String]
  /// The path with `list`, `element`, `key_value` (and `value` below a MAP's `key_value`) dropped,
  /// joined with dots: the same for every version of the block format.
  package var name: String
  package var physicalType: PhysicalType
  package var annotation: LeafAnnotation
  package var isUnsigned: Bool
  package var maxDefinition: Int
  package var maxRepetition: Int
  /// Definition level at which the k-th repeated ancestor (outermost first, the leaf itself
  /// included if it is repeated) has an element; `maxRepetition` entries.
  package var repeatedDefinitions: [Int]
  /// Bytes of each value of a fixed-length byte array.
  package var fixedByteCount: Int

  package init(
    index: Int, path: [String], name: String, physicalType: PhysicalType,
    annotation: LeafAnnotation = LeafAnnotation(),
    maxDefinition: Int, maxRepetition: Int, repeatedDefinitions: [Int],
    fixedByteCount: Int = 0
  ) {
    self.index = index
    self.path = path
    self.name = name
    self.physicalType = physicalType
    self.annotation = annotation
    isUnsigned = annotation.isUnsigned
    self.maxDefinition = maxDefinition
    self.maxRepetition = maxRepetition
    self.repeatedDefinitions = repeatedDefinitions
    self.fixedByteCount = fixedByteCount
  }
}
