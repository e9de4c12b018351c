package import Compression

/// A node of the schema of a file that is written.
package indirect enum SchemaNode: Sendable {
  package enum Repetition: Int, Sendable { case required, optional, repeated }
  package enum GroupAnnotation: Sendable { case none, list, map }

  case group(String, Repetition, [SchemaNode], annotation: GroupAnnotation = .none)
  case leaf(ColumnFormat)
}

/// How one leaf is written: type, encoding, compression.
package struct ColumnFormat: Sendable {
  package enum ValueType: Sendable {
    case bytes, text, bool, double, int32, uint32, int64, uint64
    /// Nanoseconds since 1970, UTC.
    case timestamp
  }
  package enum Encoding: Sendable { case plain, dictionary, delta, deltaLength }

  /// Last part of the path.
  package var name: String
  package var repetition: SchemaNode.Repetition
  package var type: ValueType
  package var encoding: Encoding
  package var codec: Codec
  /// Whether least and greatest values are kept; not worth it for long, varied texts.
  package var hasBounds: Bool

  package init(
    _ name: String, _ type: ValueType, _ encoding: Encoding, _ codec: Codec,
    repetition: SchemaNode.Repetition = .required, hasBounds: Bool = true
  ) {
    self.name = name
    self.repetition = repetition
    self.type = type
    self.encoding = encoding
    self.codec = codec
    self.hasBounds = hasBounds
  }
}

/// The schema of a file that is written: its tree, and its leaves in their order.
package struct WriterSchema: Sendable {
  package struct WriterLeaf: Sendable {
    package var path: [String]
    package var format: ColumnFormat

    /// The path as readers spell it, all parts joined with dots.
    package var name: String { path.joined(separator: ".") }
  }

  let rootName: String
  let children: [SchemaNode]
  package let leaves: [WriterLeaf]

  package init(rootName: String, _ children: [SchemaNode]) {
    self.rootName = rootName
    self.children = children
    var leaves: [WriterLeaf] = []
    for child in children { Self.collect(child, [], &leaves) }
    self.leaves = leaves
  }

  private static func collect(
    _ node: SchemaNode, _ path: [String], _ leaves: inout [WriterLeaf]
  ) {
    switch node {
    case .group(let name, _, let children, _):
      for child in children { collect(child, path + [name], &leaves) }
    case .leaf(let format):
      leaves.append(WriterLeaf(path: path + [format.name], format: format))
    }
  }
}

// MARK: Metadata

extension WriterSchema {
  /// Number of schema elements: the root, groups and leaves.
  func write(_ field: Int, to writer: inout CompactWriter) {
    var elements: [Element] = [Element(name: rootName, childCount: children.count)]
    for child in children { Self.flatten(child, &elements) }
    writer.structures(field, elements) { $1.write(to: &$0) }
  }

  private struct Element {
    var name: String
    var childCount: Int?
    var repetition: SchemaNode.Repetition?
    var annotation = SchemaNode.GroupAnnotation.none
    var type: ColumnFormat.ValueType?

    func write(to writer: inout CompactWriter) {
      if let type { writer.integer(1, type.physicalType.rawValue) }
      if let repetition { writer.integer(3, repetition.rawValue) }
      writer.string(4, name)
      if let childCount { writer.integer(5, childCount) }
      switch annotation {
      case .none: break
      case .map:
        writer.integer(6, 1)
        writer.structure(10) { $0.structure(2) { _ in } }
      case .list:
        writer.integer(6, 3)
        writer.structure(10) { $0.structure(3) { _ in } }
      }
      type?.writeAnnotation(to: &writer)
    }
  }

  private static func flatten(_ node: SchemaNode, _ elements: inout [Element]) {
    switch node {
    case .group(let name, let repetition, let children, let annotation):
      elements.append(
        Element(
          name: name, childCount: children.count, repetition: repetition, annotation: annotation))
      for child in children { flatten(child, &elements) }
    case .leaf(let format):
      elements.append(
        Element(name: format.name, repetition: format.repetition, type: format.type))
    }
  }
}

extension ColumnFormat.ValueType {
  var physicalType: Leaf.PhysicalType {
    switch self {
    case .bytes, .text: .byteArray
    case .bool: .boolean
    case .double: .double
    case .int32, .uint32: .int32
    case .int64, .uint64, .timestamp: .int64
    }
  }

  var is32Bit: Bool { self == .int32 || self == .uint32 }
  var isUnsigned: Bool { self == .uint32 || self == .uint64 }

  /// Converted type (field 6) and logical type (field 10) of a schema element.
  fileprivate func writeAnnotation(to writer: inout CompactWriter) {
    let converted: Int
    switch self {
    case .bytes, .bool, .double: return
    case .text:
      writer.integer(6, 0)
      writer.structure(10) { $0.structure(1) { _ in } }
      return
    case .timestamp:
      writer.structure(10) { union in
        union.structure(8) { timestamp in
          timestamp.boolean(1, true)
          timestamp.structure(2) { unit in unit.structure(3) { _ in } }
        }
      }
      return
    case .uint32: converted = 13
    case .uint64: converted = 14
    case .int32: converted = 17
    case .int64: converted = 18
    }
    writer.integer(6, converted)
    let (bits, isSigned): (Int8, Bool) = (is32Bit ? 32 : 64, !isUnsigned)
    writer.structure(10) { union in
      union.structure(10) { integer in
        integer.byte(1, bits)
        integer.boolean(2, isSigned)
      }
    }
  }
}
