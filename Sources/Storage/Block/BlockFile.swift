package import Parquet

/// One Parquet file of a block, opened, with its columns resolved.
package struct BlockFile: Sendable {
  package let file: ParquetFile
  package let schema: TraceSchema

  package init(file: ParquetFile, schema: TraceSchema) {
    self.file = file
    self.schema = schema
  }
}

extension BlockFile {
  /// Spans of the file by its footer alone; nil where it has no column of span IDs.
  ///
  /// The column has an entry for each span, and one for each trace, resource or scope without any:
  /// so rarely that the number is right to read.
  package var spanCountByFooter: Int? {
    guard let leaf = schema.leaf(.spanID) else { return nil }
    return file.rowGroups.indices.reduce(0) {
      $0 + file.column(leaf, rowGroup: $1).announced.valueCount
    }
  }
}
