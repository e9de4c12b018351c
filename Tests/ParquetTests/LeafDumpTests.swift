import Columns
import Glibc
import Parquet
import Testing

/// Writes what the reader makes of every leaf of a file, for `verify.py` to compare with pyarrow.
///
/// Runs only if `TRACEQL_LEAF_DUMP` names an output folder and `TRACEQL_LEAF_DUMP_FILE` a file.
@Suite struct LeafDumpTests {
  static var request: (file: String, folder: String)? {
    guard let file = getenv("TRACEQL_LEAF_DUMP_FILE"), let folder = getenv("TRACEQL_LEAF_DUMP")
    else { return nil }
    return (String(cString: file), String(cString: folder))
  }

  @Test(.enabled(if: Self.request != nil)) func dumpsEveryLeaf() throws {
    let request = try #require(Self.request)
    let file = try ParquetFile(
      source: FileByteSource(path: request.file), name: request.file,
      cache: BoundedCache(capacityBytes: 256 << 20))
    for group in file.rowGroups.indices {
      for leaf in file.leaves {
        let column = file.column(leaf, rowGroup: group)
        let all = RowRuns(0..<column.rowCount)
        try dump(column, all).write(to: "\(request.folder)/\(group)-\(leaf.index)-all")
        let some = Self.someRows(of: column.rowCount)
        try dump(column, some).write(to: "\(request.folder)/\(group)-\(leaf.index)-some")
        try checkMatches(column, some)
      }
    }
    #expect(file.leaves.count > 0)
  }

  /// Row i is selected if i * 7919 % 1009 < 200; `verify.py` knows.
  static func someRows(of count: Int) -> RowRuns {
    var rows = RowRuns()
    for row in 0..<count where row * 7919 % 1009 < 200 { rows.append(row..<row + 1) }
    return rows
  }

  private func dump(_ column: ColumnReader, _ rows: RowRuns) throws -> Dump {
    let leaf = column.leaf
    let statistics = ReadStatistics()
    var dump = Dump()
    for depth in 0...leaf.maxRepetition {
      let read = try column.read(
        rows: rows, owner: Lane(depth: depth, of: leaf), statistics: statistics)
      if depth == 0 { dump.append(read.values) }
      dump.append(number: read.ownerCount)
      dump.append(read.owners)
    }
    for offsets in try column.shape(
      rows: rows, depth: leaf.maxRepetition, statistics: statistics)
    {
      dump.append(offsets)
    }
    // A required column read without levels gives the same values.
    let plain = try column.read(rows: rows, owner: .row, statistics: statistics).values
    let required = try column.readRequired(
      rows: rows, expectedCount: plain.count, statistics: statistics)
    var first = Dump()
    var second = Dump()
    first.append(plain)
    second.append(required)
    #expect(first.bytes == second.bytes, "\(leaf.name) without levels")
    return dump
  }

  /// Rows found by search are those whose values, read in full, match.
  private func checkMatches(_ column: ColumnReader, _ rows: RowRuns) throws {
    let statistics = ReadStatistics()
    let read = try column.read(rows: rows, owner: .row, statistics: statistics)
    guard read.values.count > 0 else { return }
    let selected = rows.rows()
    for pick in [0, read.values.count / 2, read.values.count - 1] {
      let (match, indices) = try Self.match(column, read.values, like: pick)
      let expected = Set(indices.map { selected[Int(read.owners[$0])] })
      let found = try column.rows(matching: match, in: rows, statistics: statistics)
      #expect(Set(found.rows()) == expected, "\(column.leaf.name) like value \(pick)")
    }
  }

  /// A condition that value `pick` fulfils, and all values that do.
  private static func match(
    _ column: ColumnReader, _ values: ColumnValues, like pick: Int
  ) throws -> (ValueMatch, [Int]) {
    switch values {
    case .int64(let values):
      let range = values[pick]...max(values[pick], values[pick] &+ 5)
      return (.int64(range), values.indices.filter { range.contains(values[$0]) })
    case .bool(let values):
      let range = Int64(values[pick])...Int64(values[pick])
      return (.int64(range), values.indices.filter { values[$0] == values[pick] })
    case .double(let values):
      let match = ValueMatch.double(
        lower: values[pick], lowerInclusive: true, upper: .infinity, upperInclusive: false)
      return (match, values.indices.filter { values[$0] >= values[pick] && values[$0] < .infinity })
    case .text(let text):
      let wanted = text.bytes(at: pick)
      let table = try column.dictionary() ?? .empty
      var codes = Bitmap(count: table.count)
      for code in 0..<table.count where table.bytes(at: code) == wanted { codes[code] = true }
      let match = ValueMatch.codes(codes) { $0.elementsEqual(wanted) }
      let matching = (0..<text.table.count).map { text.table.bytes(at: $0) == wanted }
      return (match, text.codes.indices.filter { matching[Int(text.codes[$0])] })
    }
  }
}

/// Arrays end to end, each with its number of elements (8 bytes) in front.
private struct Dump {
  var bytes: [UInt8] = []

  mutating func append(number: Int) {
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
  }

  mutating func append<T: BitwiseCopyable>(_ values: [T]) {
    append(number: values.count)
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ values: ColumnValues) {
    switch values {
    case .int64(let values): append(values)
    case .double(let values): append(values)
    case .bool(let values): append(values)
    case .text(let text):
      var offsets: [UInt64] = [0]
      var all: [UInt8] = []
      for code in text.codes {
        all.append(contentsOf: text.table.bytes[text.table.range(of: Int(code))])
        offsets.append(UInt64(all.count))
      }
      append(offsets)
      append(all)
    }
  }

  func write(to path: String) throws {
    let file = try #require(fopen(path, "w"))
    defer { fclose(file) }
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }
}
