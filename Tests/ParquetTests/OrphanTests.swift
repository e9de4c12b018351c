import Columns
import Parquet
import Testing

/// Levels that go on with an element before there is one.
@Suite struct OrphanTests {
  /// Written by pyarrow (272 bytes, page version 2, no compression): required lists of lists of
  /// int64, rows `[[5, 6]]` and `[]`.
  private static let sound = """
    504152311506152c152c5c150615021504150015061506121c000000030800030a0005000000000000000600000000\
    0000001504196c35001806736368656d611502003500180161150215064c3c000000350418046c69737415020035001\
    807656c656d656e74150215064c3c000000350418046c697374150200150425001807656c656d656e74001604191c19\
    1c26001c15041925060019580161046c69737407656c656d656e74046c69737407656c656d656e7415001606165c165\
    c2608491c150015001502003c29360400021936020004000000165c16042608165c002820706172717565742d637070\
    2d6172726f772076657273696f6e2032362e302e31191c1c000000d600000050415231
    """
  /// The definition levels 2 2 0 of the entries, and 0 2 2.
  private static let levels = (sound: "030a00", orphaned: "032800")

  private func column(_ hex: String) throws -> ColumnReader {
    let digits = Array(hex.utf8)
    let bytes = try stride(from: 0, to: digits.count, by: 2).map { i in
      try #require(UInt8(String(decoding: digits[i..<i + 2], as: UTF8.self), radix: 16))
    }
    let file = try ParquetFile(
      source: MemoryByteSource(bytes), name: "lists", cache: BoundedCache(capacityBytes: 0))
    return file.column(file.leaves[0], rowGroup: 0)
  }

  private var orphaned: String {
    let parts = Self.sound.split(separator: Self.levels.sound, maxSplits: 1)
    return parts.joined(separator: Self.levels.orphaned)
  }

  @Test func soundLevelsHaveOwners() throws {
    let column = try column(Self.sound)
    let statistics = ReadStatistics()
    let shape = try column.shape(rows: RowRuns(0..<2), depth: 2, statistics: statistics)
    #expect(shape == [[0, 1, 1], [0, 2]])
    let values = try column.read(
      rows: RowRuns(0..<2), owner: Lane(depth: 1, of: column.leaf), statistics: statistics)
    #expect(values.owners == [0, 0])
  }

  @Test func shapeRefusesOrphans() throws {
    let column = try column(orphaned)
    let error = #expect(throws: ParquetError.self) {
      try column.shape(rows: RowRuns(0..<2), depth: 2, statistics: ReadStatistics())
    }
    #expect(error?.kind == .damaged)
  }

  @Test func valuesRefuseOrphans() throws {
    let column = try column(orphaned)
    let error = #expect(throws: ParquetError.self) {
      try column.read(
        rows: RowRuns(0..<2), owner: Lane(depth: 1, of: column.leaf),
        statistics: ReadStatistics())
    }
    #expect(error?.kind == .damaged)
  }
}
