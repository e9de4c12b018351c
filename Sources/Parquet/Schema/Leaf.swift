/// A leaf column of the schema, with what is needed to read its levels.
package struct Leaf: Sendable, Equatable {
  package enum PhysicalType: Int, Sendable {
    case boolean = 0
    case int32, int64, int96, float, double, byteArray, fixedLengthByteArray
  }

  /// How the repeated ancestors of a leaf, and the leaf itself, are written.
  package struct Nesting: Sendable, Equatable {
    /// The three levels of a LIST, and those of a MAP: below a group that is annotated so.
    package var lists = 0
    package var maps = 0
    /// The same levels below a group without the annotation, or with another one.
    package var bare = 0
    /// Repeated under a name of their own.
    package var plain = 0
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
  package var nesting: Nesting

  package init(
    index: Int, path: [String], name: String, physicalType: PhysicalType,
    annotation: LeafAnnotation = LeafAnnotation(),
    maxDefinition: Int, maxRepetition: Int, repeatedDefinitions: [Int],
    fixedByteCount: Int = 0, nesting: Nesting = Nesting()
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
    self.nesting = nesting
  }
}
