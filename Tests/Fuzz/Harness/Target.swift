import Columns
import Compression
import Intake
import OTLP
import Parquet
import Spans
import Storage
import TraceQL
import Wire
import WriteAheadLog

/// What can be fuzzed: everything that reads bytes others wrote. An error is an answer; a crash, a
/// hang or memory without bound is a finding.
enum Target: String, CaseIterable {
  case parquet, schema, metadata, bloom, index, tenantjson, tenantproto, query, filter, json, value
  case snappy, lz4, dump, thrift, log

  func read(_ bytes: [UInt8]) {
    switch self {
    case .parquet: Self.parquet(bytes)
    case .schema: Self.schema(bytes)
    case .metadata: _ = try? BlockMetadata(json: bytes, file: "meta.json")
    case .bloom:
      if let filter = try? BloomFilter(bytes, file: "bloom-0") {
        _ = filter.mayContain([UInt8](repeating: 7, count: 16))
      }
    case .index: _ = try? RowGroupIndex(json: bytes, file: "index")
    case .tenantjson: _ = try? TenantIndex(gzippedJSON: bytes, file: "index.json.gz")
    case .tenantproto: _ = try? TenantIndex(protobuf: bytes, file: "index.pb.zst")
    case .query:
      let parsed = Query.parse(String(decoding: bytes, as: UTF8.self))
      // What prints must parse again, and print the same.
      if parsed.isValid, let query = parsed.query {
        let printed = query.description
        let again = Query.parse(printed)
        precondition(again.query?.description == printed, "canonical text is stable: \(printed)")
      }
    case .filter:
      let text = String(decoding: bytes, as: UTF8.self)
      _ = try? LenientParser.conditionGroups(text, for: nil, dialect: .extended)
    case .json: _ = try? JSONReader.read(bytes)
    case .value:
      _ = try? AnyValue(json: bytes)
      _ = try? AnyValue(protobuf: bytes)
    case .snappy:
      _ = try? StreamDecoder.decode(bytes, .snappyFramed, bytesMax: 1 << 20)
      _ = try? SnappyBlock.decode(bytes[...], bytesMax: 1 << 20)
    case .lz4: _ = try? StreamDecoder.decode(bytes, .lz4, bytesMax: 1 << 20)
    case .dump: Self.dump(bytes)
    case .thrift:
      Self.appended { table throws(IntakeError) in
        try JaegerThriftDecoder.decode(bytes, into: &table)
      }
    case .log:
      let content = LogContent(bytes)
      precondition(content.tornBytes <= bytes.count, "no more is torn than there is")
    }
  }

  /// A file of spans in any of its forms.
  private static func dump(_ bytes: [UInt8]) {
    guard let dump = try? Dump(bytes) else { return }
    for piece in dump.pieces.prefix(100) {
      appended { table throws(IntakeError) in try dump.decode(piece, into: &table) }
    }
  }

  /// Spans are taken whole or not at all: after an error the table is as before.
  private static func appended(
    _ decode: (inout SpanTable) throws(IntakeError) -> Void
  ) {
    var table = SpanTable()
    do throws(IntakeError) {
      try decode(&table)
    } catch {
      precondition(table.traceIDs.isEmpty, "an error leaves nothing behind")
    }
  }

  private static func file(_ bytes: [UInt8]) -> ParquetFile? {
    try? ParquetFile(
      source: MemoryByteSource(bytes), name: "input", cache: BoundedCache(capacityBytes: 1 << 20))
  }

  /// Reads every column in every way, with little memory to spend.
  private static func parquet(_ bytes: [UInt8]) {
    guard let file = file(bytes) else { return }
    let statistics = ReadStatistics(memory: MemoryBudget(bytesMax: 64 << 20))
    for group in file.rowGroups.indices where file.rowGroups[group].rowCount < 10_000 {
      for leaf in file.leaves.prefix(40) {
        let column = file.column(leaf, rowGroup: group)
        let all = RowRuns(0..<column.rowCount)
        var some = RowRuns()
        for row in stride(from: 1, to: column.rowCount, by: 3) { some.append(row..<row + 1) }
        for rows in [all, some] {
          let part = statistics.part()
          _ = try? column.read(rows: rows, owner: .row, statistics: part)
          _ = try? column.readRequired(rows: rows, expectedCount: rows.count, statistics: part)
          _ = try? column.shape(rows: rows, depth: leaf.maxRepetition, statistics: part)
          search(column, rows, part)
        }
        _ = column.bounds
      }
    }
  }

  private static func search(_ column: ColumnReader, _ rows: RowRuns, _ part: ReadStatistics) {
    switch column.leaf.physicalType {
    case .byteArray, .fixedLengthByteArray:
      let table = (try? column.dictionary(statistics: part)) ?? .empty
      let codes = Bitmap(count: table.count, filled: true)
      _ = try? column.rows(
        matching: .codes(codes) { $0.count > 3 }, in: rows, statistics: part)
    case .int32, .int64, .boolean:
      _ = try? column.rows(matching: .int64(0...100), in: rows, statistics: part)
    case .float, .double:
      _ = try? column.rows(
        matching: .double(lower: 0, lowerInclusive: true, upper: 1e9, upperInclusive: true),
        in: rows, statistics: part)
    case .int96: break
    }
  }

  /// The footer as the schema of a block of any version.
  private static func schema(_ bytes: [UInt8]) {
    guard let file = file(bytes) else { return }
    for version in BlockVersion.allCases {
      _ = try? TraceSchema(
        leaves: file.leaves, version: version, dedicatedColumns: [], file: "input")
    }
    _ = BlockVersion(guessedFrom: file.leaves)
  }
}
