import Parquet

/// Writes rows as a flat Parquet file, a row group at a time: a typed column each, nulls where
/// there is no value.
struct ParquetRows<Sink: ByteSink> {
  private let kinds: [ColumnKind]
  private var writer: ParquetWriter<Sink>
  /// Rows of the group to come, and about how many bytes of text they have.
  private var pending: [Table.Row] = []
  private var textBytes = 0

  private static var rowsMax: Int { 100_000 }
  private static var textBytesMax: Int { 64 << 20 }

  /// Every cell of a column is of its kind, or missing.
  init(
    _ columns: [Table.Column], kinds: [ColumnKind], to sink: Sink
  ) throws(ByteSourceError) {
    self.kinds = kinds
    let names = ParquetTable.columnNames(columns)
    let schema = WriterSchema(
      rootName: "rows", zip(names, kinds).map { .leaf($1.format(named: $0)) })
    writer = try ParquetWriter(
      schema: schema, to: sink, createdBy: "traceql \(ProgramVersion.text)")
  }

  mutating func add(_ rows: some Sequence<Table.Row>) throws(ByteSourceError) {
    for row in rows {
      pending.append(row)
      for case .text(let text) in row.cells { textBytes += text.utf8.count }
      if pending.count >= Self.rowsMax || textBytes >= Self.textBytesMax { try writeGroup() }
    }
  }

  /// Writes what is left, and the footer.
  mutating func finish() throws(ByteSourceError) -> Sink {
    if !pending.isEmpty { try writeGroup() }
    return try writer.finish().sink
  }

  private mutating func writeGroup() throws(ByteSourceError) {
    let (rows, kinds) = (pending, kinds)
    pending = []
    textBytes = 0
    try writer.write(rowCount: rows.count) { leaf in kinds[leaf].content(rows, column: leaf) }
  }
}
