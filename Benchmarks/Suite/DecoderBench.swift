import Columns
import Parquet
import Storage

/// Whole columns of every block, pages to values and owners.
struct DecoderBench {
  let blocks: [Block]

  private static let columns: [(name: String, column: TraceColumn)] = [
    ("span durations (differences)", .spanDuration), ("span kinds (differences)", .kind),
    ("status codes (differences)", .statusCode), ("span names (dictionary)", .spanName),
    ("services (dictionary)", .serviceName), ("span IDs (strings)", .spanID),
  ]

  func run(_ measurement: inout Measurement) throws {
    let files = try blocks.flatMap { try $0.files() }
    measurement.section("decoders, \(files.count) files, one thread")
    for (name, column) in Self.columns {
      try report(name, files, &measurement) { $0.schema.leaf(column) }
    }
    try report("span attribute keys", files, &measurement) { $0.schema.groups[.span]?.key }
    try report("span attribute texts", files, &measurement) { $0.schema.groups[.span]?.text }
    try report("span attribute integers", files, &measurement) { $0.schema.groups[.span]?.int }
    try shapes(files, &measurement)
  }

  private func report(
    _ name: String, _ files: [BlockFile], _ measurement: inout Measurement,
    _ leaf: (BlockFile) -> Leaf?
  ) throws {
    var readers: [ColumnReader] = []
    for file in files {
      guard let leaf = leaf(file) else { continue }
      readers += file.file.rowGroups.indices.map { file.file.column(leaf, rowGroup: $0) }
    }
    let values = readers.reduce(0) { $0 + $1.chunk.valueCount }
    let bytes = readers.reduce(0) { $0 + $1.chunk.compressedBytes }
    guard values > 0 else { return }
    try measurement.report(name, units: values, "values", bytes: bytes) {
      for reader in readers {
        _ = try reader.read(
          rows: RowRuns(0..<reader.rowCount),
          owner: Lane(depth: reader.leaf.maxRepetition, of: reader.leaf),
          statistics: ReadStatistics())
      }
    }
  }

  private func shapes(_ files: [BlockFile], _ measurement: inout Measurement) throws {
    var readers: [ColumnReader] = []
    for file in files {
      guard let leaf = file.schema.leaf(.kind) else { continue }
      readers += file.file.rowGroups.indices.map { file.file.column(leaf, rowGroup: $0) }
    }
    let entries = readers.reduce(0) { $0 + $1.chunk.valueCount }
    try measurement.report("nesting of spans (levels)", units: entries, "entries") {
      for reader in readers {
        _ = try reader.shape(
          rows: RowRuns(0..<reader.rowCount), depth: 3, statistics: ReadStatistics())
      }
    }
  }
}
