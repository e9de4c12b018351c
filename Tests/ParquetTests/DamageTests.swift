import Columns
import Glibc
import Parquet
import Testing

/// Whatever happens to its bytes, a file gives values or a typed error; nothing crashes, and
/// nothing is allocated that the file could not hold.
@Suite(.serialized) struct DamageTests {
  /// Rounds per file; a longer run is asked for with `TRACEQL_FUZZ_ROUNDS`.
  static let rounds = getenv("TRACEQL_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 15

  @Test(arguments: GoldenFile.names) func damagedBytesGiveTypedErrors(_ name: String) throws {
    let golden = try GoldenFile(name)
    let before = Self.peakMemoryBytes()
    var outcomes: [ParquetError.Kind] = []
    for seed in 0..<Self.rounds {
      var random = SplitMix(seed: UInt64(seed))
      let bytes = Self.damaged(golden.bytes, &random)
      outcomes += Self.errors(of: bytes, "\(name), seed \(seed)")
    }
    // Some damage is found; none is mistaken for a cancelled or unreadable source.
    #expect(outcomes.contains(.damaged))
    #expect(!outcomes.contains(.cancelled) && !outcomes.contains(.unreadable))
    let growth = Self.peakMemoryBytes() - before
    #expect(growth < 512 << 20, "\(name) took \(growth) bytes")
  }

  @Test func everyTruncationIsAnError() throws {
    let golden = try GoldenFile("nested-index-v2")
    for count in stride(from: 0, to: golden.bytes.count, by: 13) {
      let error = #expect(throws: ParquetError.self) {
        try ParquetFile(
          source: MemoryByteSource(Array(golden.bytes.prefix(count))), name: "cut",
          cache: BoundedCache(capacityBytes: 1))
      }
      #expect(error?.kind == .notParquet)
    }
  }

  /// Numbers that claim too much, written over every seventh position of the footer in turn.
  @Test func absurdLengthsInTheFooterAreErrors() throws {
    let golden = try GoldenFile("flat-dictionary-v2")
    let footer = try golden.open().footerBytes
    for position in stride(
      from: golden.bytes.count - 8 - footer, to: golden.bytes.count - 8, by: 7)
    {
      var bytes = golden.bytes
      for (i, byte) in [0xFF, 0xFF, 0xFF, 0xFF, 0x0F].enumerated()
      where position + i < bytes.count - 8 {
        bytes[position + i] = UInt8(byte)
      }
      let kinds = Self.errors(of: bytes, "position \(position)")
      #expect(!kinds.contains(.unreadable))
    }
  }

  // MARK: Reading everything

  /// Opens the file and reads every leaf in every way; returns what went wrong.
  static func errors(of bytes: [UInt8], _ name: String) -> [ParquetError.Kind] {
    var kinds: [ParquetError.Kind] = []
    func attempt(_ body: () throws(ParquetError) -> Void) {
      do throws(ParquetError) { try body() } catch { kinds.append(error.kind) }
    }
    attempt { () throws(ParquetError) in
      let file = try ParquetFile(
        source: MemoryByteSource(bytes), name: name, cache: BoundedCache(capacityBytes: 1 << 20))
      let statistics = ReadStatistics()
      for group in file.rowGroups.indices where file.rowGroups[group].rowCount < 1000 {
        for leaf in file.leaves {
          let column = file.column(leaf, rowGroup: group)
          let all = RowRuns(0..<column.rowCount)
          var some = RowRuns()
          for row in stride(from: 1, to: column.rowCount, by: 3) { some.append(row..<row + 1) }
          for rows in [all, some] {
            attempt { () throws(ParquetError) in
              let read = try column.read(rows: rows, owner: .row, statistics: statistics)
              _ = try column.readRequired(
                rows: rows, expectedCount: read.values.count, statistics: statistics)
            }
            attempt { () throws(ParquetError) in
              _ = try column.shape(
                rows: rows, depth: leaf.maxRepetition, statistics: statistics)
            }
            attempt { () throws(ParquetError) in
              try search(column, rows, statistics)
            }
          }
          _ = column.bounds
        }
      }
    }
    return kinds
  }

  private static func search(
    _ column: ColumnReader, _ rows: RowRuns, _ statistics: ReadStatistics
  ) throws(ParquetError) {
    let table = try column.dictionary() ?? .empty
    let codes = Bitmap(count: table.count, filled: true)
    _ = try column.isFullyDictionaryCoded()
    for match in [
      ValueMatch.codes(codes) { $0.count > 3 }, .int64(0...100),
      .double(lower: 0, lowerInclusive: true, upper: 1e9, upperInclusive: true),
    ] where match.fits(column.leaf.physicalType) {
      _ = try column.rows(matching: match, in: rows, statistics: statistics)
    }
  }

  // MARK: Damage

  static func damaged(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    let end = bytes.count - 8
    // Half of the damage hits the last third: the footer and the page indexes.
    let start = Bool.random(using: &random) ? 4 : end * 2 / 3
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let position = Int.random(in: start..<end, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes[position] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
      case 3:
        // A huge number where a small one was.
        for i in position..<min(end, position + 4) { bytes[i] = 0xFF }
        if position + 4 < end { bytes[position + 4] = 0x0F }
      default:
        // Some bytes are missing.
        let last = min(end, position + Int.random(in: 1...40, using: &random))
        let filler = [UInt8](repeating: 0, count: last - position)
        bytes.replaceSubrange(position..<last, with: [])
        bytes.insert(contentsOf: filler, at: 4)
      }
    }
    return bytes
  }

  private static func peakMemoryBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}

extension ValueMatch {
  /// Whether a column of this type can be searched so.
  fileprivate func fits(_ type: Leaf.PhysicalType) -> Bool {
    switch self {
    case .codes: type == .byteArray || type == .fixedLengthByteArray
    case .int64: type == .int32 || type == .int64 || type == .boolean
    case .double: type == .float || type == .double
    }
  }
}
