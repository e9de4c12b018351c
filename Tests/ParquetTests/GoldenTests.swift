import Columns
import Parquet
import Testing

/// Every type, encoding, codec and page version, against what pyarrow wrote.
@Suite struct GoldenTests {
  @Test(arguments: GoldenFile.names) func everyLeafIsWhatWasWritten(_ name: String) throws {
    let golden = try GoldenFile(name)
    let file = try golden.open()
    #expect(file.leaves.map { $0.path.joined(separator: ".") } == golden.expected.map(\.path))
    var random = SplitMix(seed: 1)
    for (leaf, expected) in zip(file.leaves, golden.expected) {
      for (group, entries) in expected.groups.enumerated() {
        let column = file.column(leaf, rowGroup: group)
        try check(column, entries, RowRuns(0..<column.rowCount))
        for share in [1, 4, 9] {
          let rows = Self.randomRows(column.rowCount, share, &random)
          try check(column, entries, rows)
        }
      }
    }
  }

  /// Each row is selected with a chance of `share` in ten.
  static func randomRows(_ count: Int, _ share: Int, _ random: inout SplitMix) -> RowRuns {
    var rows = RowRuns()
    for row in 0..<count where Int.random(in: 0..<10, using: &random) < share {
      rows.append(row..<row + 1)
    }
    return rows
  }

  private func check(
    _ column: ColumnReader, _ entries: [GoldenFile.Entry], _ rows: RowRuns
  ) throws {
    let leaf = column.leaf
    let statistics = ReadStatistics()
    let selected = GoldenFile.Entry.selected(entries, rows)
    let lanes = (0...leaf.maxRepetition).map { Lane(depth: $0, of: leaf) }
    for lane in lanes {
      let read = try column.read(rows: rows, owner: lane, statistics: statistics)
      let (owners, count) = GoldenFile.Entry.owners(selected, lane)
      let values = selected.compactMap { $0.value.map { read.values.normalised($0) } }
      #expect(read.values.spelled() == values, "\(column.file.name) \(leaf.name)")
      #expect(read.owners == owners, "\(column.file.name) \(leaf.name) lane \(lane)")
      #expect(read.ownerCount == count, "\(column.file.name) \(leaf.name) lane \(lane)")
      let required = try column.readRequired(
        rows: rows, expectedCount: values.count, statistics: statistics)
      #expect(required.spelled() == values, "\(column.file.name) \(leaf.name)")
    }
    for depth in 0...leaf.maxRepetition {
      let shape = try column.shape(rows: rows, depth: depth, statistics: statistics)
      let offsets = (0..<depth).map {
        GoldenFile.Entry.offsets(selected, lanes[$0], lanes[$0 + 1])
      }
      #expect(shape == offsets, "\(column.file.name) \(leaf.name) to depth \(depth)")
    }
    try checkMatches(column, rows, selected)
  }

  /// Search finds the rows with a value, for up to five values of the column.
  private func checkMatches(
    _ column: ColumnReader, _ rows: RowRuns, _ selected: [GoldenFile.Entry]
  ) throws {
    let statistics = ReadStatistics()
    let read = try column.read(rows: rows, owner: .row, statistics: statistics)
    let spelled = read.values.spelled()
    let numbers = rows.rows()
    for pick in stride(from: 0, to: spelled.count, by: max(1, spelled.count / 5)) {
      let match: ValueMatch
      switch read.values {
      case .int64(let values): match = .int64(values[pick]...values[pick])
      case .bool(let values): match = .int64(Int64(values[pick])...Int64(values[pick]))
      case .double(let values):
        match = .double(
          lower: values[pick], lowerInclusive: true, upper: values[pick], upperInclusive: true)
      case .text(let text):
        let wanted = text.bytes(at: pick)
        let table = try column.dictionary() ?? .empty
        var codes = Bitmap(count: table.count)
        for code in 0..<table.count where table.bytes(at: code) == wanted { codes[code] = true }
        match = .codes(codes) { $0.elementsEqual(wanted) }
      }
      let expected = Set(
        spelled.indices.filter { spelled[$0] == spelled[pick] }.map {
          numbers[Int(read.owners[$0])]
        })
      let found = try column.rows(matching: match, in: rows, statistics: statistics)
      #expect(found.rows() == expected.sorted(), "\(column.file.name) \(column.leaf.name)")
    }
  }

  @Test func unsupportedCodecIsNamed() throws {
    let bytes = try GoldenFile.read("codec-brotli.parquet")
    let file = try ParquetFile(
      source: MemoryByteSource(bytes), name: "brotli", cache: BoundedCache(capacityBytes: 1))
    let error = #expect(throws: ParquetError.self) {
      try file.column(file.leaves[0], rowGroup: 0)
        .read(rows: RowRuns(0..<3), owner: .row, statistics: ReadStatistics())
    }
    #expect(error?.kind == .unsupported)
    #expect(error?.column == "i")
  }
}
