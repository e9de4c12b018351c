import Synchronization

/// The columns of a file. Files whose footers spell the same schema share one: making it is half of
/// opening a file, and blocks of a store hardly ever differ in it.
package final class FileSchema: Sendable {
  let leaves: [Leaf]
  private let indexByName: [String: Int]

  init(_ leaves: [Leaf]) {
    self.leaves = leaves
    indexByName = Dictionary(
      leaves.map { ($0.name, $0.index) }, uniquingKeysWith: { first, _ in first })
  }

  /// The leaf with this normalised name; the first of several.
  func leaf(named name: String) -> Leaf? { indexByName[name].map { leaves[$0] } }

  // MARK: Reading

  /// A schema met before, by its bytes and the limits it was read within.
  private struct Known {
    var bytes: [UInt8]
    var limits: ReadLimits
    var schema: FileSchema
  }

  /// The last ones met.
  private static let known = Mutex<[Known]>([])
  private static let knownMax = 4
  /// Blocks have some ten thousand bytes of it.
  private static let knownBytesMax = 1 << 20

  /// Reads the list of schema elements.
  static func read(
    _ reader: inout CompactReader, _ type: CompactReader.WireType, _ limits: ReadLimits
  ) throws(DecodingFailure) -> FileSchema {
    let start = reader.position
    let met = known.withLock { known in
      known.first { $0.limits == limits && reader.pass($0.bytes) }?.schema
    }
    if let met { return met }
    let count = try reader.list(type, of: .structure)
    var elements: [SchemaElement] = []
    for _ in 0..<count { elements.append(try SchemaElement(from: &reader)) }
    let schema = FileSchema(try SchemaTree(elements, nestingMax: limits.schemaNestingMax).leaves)
    guard reader.position - start <= knownBytesMax else { return schema }
    let extent = CompactReader.Extent(start: start, count: reader.position - start)
    let entry = Known(bytes: reader.bytes(at: extent), limits: limits, schema: schema)
    known.withLock { known in
      known.append(entry)
      if known.count > knownMax { known.removeFirst() }
    }
    return schema
  }
}
