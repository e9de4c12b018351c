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
