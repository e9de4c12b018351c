import Columns
import Intake
import OTLP
import Parquet
import Spans
import Storage

/// Reads some rows of a row group, whole traces, into a table of spans. All versions are read.
struct PieceReader {
  let file: BlockFile
  private let rowGroup: Int
  private let rows: RowRuns
  private let statistics: ReadStatistics
  private let unit: BlockUnit

  init(
    _ file: BlockFile, rowGroup: Int, rows: RowRuns, cache: BoundedCache,
    statistics: ReadStatistics
  ) {
    self.file = file
    self.rowGroup = rowGroup
    self.rows = rows
    self.statistics = statistics
    unit = BlockUnit(
      file: file, rowGroup: rowGroup, rows: rows, cache: cache, statistics: statistics)
    unit.readsEverything = true
  }

  /// Appends all spans of the rows.
  func append(to table: inout SpanTable, _ redaction: Redaction?) throws(StorageError) {
    let layout = try unit.layout()
    guard case .text(let ids) = try unit.column(.traceID), ids.codes.count == layout.traceCount
    else { throw .damaged(file: file.file.name, "trace IDs are missing") }
    let resources = try resourceNumbers(layout.resourceCount, &table, redaction)
    let scopes = try scopeNumbers(layout.scopeCount, &table, redaction)
    var spans = try SpanLanes(self, unit, layout.spanCount, &table, redaction)
    for trace in 0..<layout.traceCount {
      let traceID = ids.traceID(at: trace)
      for resource in range(layout.resourceOffsets, trace) {
        for scope in range(layout.scopeOffsets, resource) {
          for span in range(layout.spanOffsets, scope) {
            var fields = spans.fields(of: span)
            fields.traceID = traceID
            fields.resource = resources[resource]
            fields.scope = scopes[scope]
            try spans.append(span, fields, to: &table)
          }
        }
      }
    }
  }

  private func range(_ offsets: [UInt32], _ element: Int) -> Range<Int> {
    Int(offsets[element])..<Int(offsets[element + 1])
  }

  private func resourceNumbers(
    _ count: Int, _ table: inout SpanTable, _ redaction: Redaction?
  ) throws(StorageError) -> [UInt32] {
    var attributes = try LaneAttributes(.resource, count: count, self, redaction, &table.strings)
    let dropped = try counts(.resourceDroppedAttributes, count)
    var numbers: [UInt32] = []
    numbers.reserveCapacity(count)
    for element in 0..<count {
      var own = AttributeTable()
      attributes.append(element: element, to: &own)
      own.endOwner()
      numbers.append(table.resource(own, droppedAttributes: dropped[element]))
    }
    return numbers
  }

  private func scopeNumbers(
    _ count: Int, _ table: inout SpanTable, _ redaction: Redaction?
  ) throws(StorageError) -> [UInt32] {
    var attributes = try LaneAttributes(
      .instrumentation, count: count, self, redaction, &table.strings)
    let dropped = try counts(.scopeDroppedAttributes, count)
    let names = try texts(.scopeName, count, &table.strings)
    let versions = try texts(.scopeVersion, count, &table.strings)
    var numbers: [UInt32] = []
    numbers.reserveCapacity(count)
    for element in 0..<count {
      var own = AttributeTable()
      attributes.append(element: element, to: &own)
      own.endOwner()
      numbers.append(
        table.scope(
          name: names[element], version: versions[element], own,
          droppedAttributes: dropped[element]))
    }
    return numbers
  }
}

// MARK: Columns

extension PieceReader {
  /// One number for each element of the column's lane; zeros where the block lacks the column.
  func numbers(_ column: TraceColumn, _ count: Int) throws(StorageError) -> [Int64] {
    guard count > 0, case .int64(let values) = try unit.column(column), values.count == count
    else { return [Int64](repeating: 0, count: count) }
    return values
  }

  func counts(_ column: TraceColumn, _ count: Int) throws(StorageError) -> [UInt32] {
    try numbers(column, count).map { UInt32(truncatingIfNeeded: $0) }
  }

  /// One text for each element, as its number.
  func texts(
    _ column: TraceColumn, _ count: Int, _ strings: inout StringInterner
  ) throws(StorageError) -> [UInt32] {
    guard count > 0, case .text(let values) = try unit.column(column), values.codes.count == count
    else { return [UInt32](repeating: 0, count: count) }
    return strings.numbers(of: values)
  }

  /// Values of a leaf by element of the lane `depth` levels down, which has `count` elements.
  func owned(_ leaf: Leaf, depth: Int, count: Int) throws(StorageError) -> OwnedColumn {
    guard depth <= leaf.maxRepetition else {
      throw damaged(leaf, "the column is nested less deep than its place in a trace")
    }
    let definition = depth == 0 ? 0 : leaf.repeatedDefinitions[depth - 1]
    let column: OwnedColumn
    do {
      column = try file.file.column(leaf, rowGroup: rowGroup).read(
        rows: rows, owner: Lane(repetition: depth, definition: definition),
        statistics: statistics)
    } catch {
      throw .parquet(error)
    }
    guard column.ownerCount == count else {
      throw damaged(leaf, "\(column.ownerCount) elements where another column has \(count)")
    }
    return column
  }

  /// Whether the chunk holds anything but nulls: a column nobody uses is not read.
  func hasValues(_ leaf: Leaf) -> Bool {
    let chunk = file.file.column(leaf, rowGroup: rowGroup).chunk
    return chunk.nullCount.map { $0 < chunk.valueCount } ?? true
  }

  func damaged(_ leaf: Leaf, _ message: String) -> StorageError {
    .parquet(
      ParquetError(
        .damaged, file: file.file.name, column: leaf.path.joined(separator: "."), message))
  }
}
