package import Parquet

/// Which leaves of one file hold what, resolved once by name when the file is opened.
///
/// One reader for every version: vParquet3, 4, 5 and their previews differ only in this value.
package struct TraceSchema: Sendable {
  /// The generic attribute list of one scope: a key and at most one non-empty value list.
  package struct AttributeGroup: Sendable {
    package var key: Leaf
    /// String, integer, double and bool values; repeated (vParquet4, 5) or optional (vParquet3).
    package var text: Leaf?
    package var int: Leaf?
    package var double: Leaf?
    package var bool: Leaf?
    /// JSON of values without a column: vParquet4, 5.
    package var unsupported: Leaf?
    /// JSON of arrays and of maps: vParquet3.
    package var arrayJSON: Leaf?
    package var mapJSON: Leaf?
    /// Marks arrays: vParquet4, 5.
    package var isArray: Leaf?
    /// Protobuf `AnyValue` bytes: vParquet3 events.
    package var encoded: Leaf?
  }

  /// A column that holds one attribute: fixed by the format or dedicated by the block's metadata.
  package struct DirectColumn: Sendable {
    package enum Kind: Sendable { case text, int }
    package var attribute: String
    package var leaf: Leaf
    package var kind: Kind
    /// Required column in which "" means absent (`service.name`).
    package var emptyMeansAbsent: Bool
    /// Named by the metadata's `dedicatedColumns` (false: fixed by the format).
    package var isDedicated: Bool
  }

  package struct ServiceStatistics: Sendable {
    package var service: Leaf
    package var spanCount: Leaf
    package var errorCount: Leaf
  }

  package let version: BlockVersion
  package let columns: [TraceColumn: Leaf]
  package let groups: [AttributeScope: AttributeGroup]
  /// Per scope: dedicated ones in metadata order, then (resource) service.name, then fixed ones in
  /// table order, which is the order attributes are given back in (blocks.md 3.7).
  package let directColumns: [AttributeScope: [DirectColumn]]
  package let serviceStatistics: ServiceStatistics?

  /// Resolves the leaves of one file by name; unknown leaves are skipped, missing ones are absent.
  ///
  /// Throws `wrongSchema` when a column that every block has is missing, or a known one is of
  /// another type or nesting: reading on would give wrong answers.
  package init(
    leaves: [Leaf], version: BlockVersion, dedicatedColumns: [DedicatedColumn], file: String
  ) throws(StorageError) {
    let resolver = LeafResolver(leaves: leaves, file: file)
    self.version = version
    columns = try resolver.columns()
    groups = try resolver.groups()
    directColumns = try resolver.directColumns(
      dedicated: DedicatedColumn.leafNames(of: dedicatedColumns, version: version))
    serviceStatistics = try resolver.serviceStatistics()
  }

  package func leaf(_ column: TraceColumn) -> Leaf? { columns[column] }

  /// The column that holds attribute `name` of `scope` beside the generic list, if there is one.
  package func directColumn(_ scope: AttributeScope, _ name: String) -> DirectColumn? {
    directColumns[scope]?.first { $0.attribute == name }
  }
}
