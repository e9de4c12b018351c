import Parquet
import Synchronization

extension TraceSchema {
  private struct Known {
    var file: FileSchema
    var version: BlockVersion
    var dedicatedColumns: [DedicatedColumn]
    var schema: TraceSchema
  }

  /// The last ones met.
  private static let known = Mutex<[Known]>([])
  private static let knownMax = 4

  /// That of a file; files that share their columns share it.
  static func of(
    _ file: ParquetFile, version: BlockVersion, dedicatedColumns: [DedicatedColumn],
    name: String
  ) throws(StorageError) -> TraceSchema {
    let met = known.withLock { known in
      known.first {
        $0.file === file.schema && $0.version == version && $0.dedicatedColumns == dedicatedColumns
      }?.schema
    }
    if let met { return met }
    let schema = try TraceSchema(
      leaves: file.leaves, version: version, dedicatedColumns: dedicatedColumns, file: name)
    known.withLock { known in
      known.append(
        Known(
          file: file.schema, version: version, dedicatedColumns: dedicatedColumns, schema: schema))
      if known.count > knownMax { known.removeFirst() }
    }
    return schema
  }
}
