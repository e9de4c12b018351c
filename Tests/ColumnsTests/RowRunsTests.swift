import Columns
import TestSupport
import Testing

@Suite struct RowRunsTests {
  /// Ascending distinct rows below `limit`, with runs among them.
  static func rows(below limit: Int, using random: inout SplitMix) -> [Int] {
    let percent = random.pick([3, 50, 95])
    return (0..<limit).filter { _ in random.chance(percent: percent) }
  }

  static func runs(of rows: [Int]) -> RowRuns {
    var runs = RowRuns()
    for row in rows { runs.append(row..<row + 1) }
    return runs
  }

  @Test func touchingRangesAreJoined() {
    var runs = RowRuns(3..<5)
    runs.append(5..<9)
    runs.append(9..<9)
    runs.append(12..<13)
    #expect(runs.ranges == [3..<9, 12..<13])
    #expect(runs.count == 7)
    #expect(runs.bounds == 3..<13)
  }

  @Test func nothingHasEmptyBounds() {
    #expect(RowRuns().isEmpty)
    #expect(RowRuns(4..<4).isEmpty)
    #expect(RowRuns().bounds == 0..<0)
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func holdsExactlyItsRows(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let rows = Self.rows(below: random.integer(1...300), using: &random)
    let runs = Self.runs(of: rows)
    #expect(runs.rows() == rows)
    #expect(runs.count == rows.count)
    let gaps = zip(runs.ranges, runs.ranges.dropFirst()).map { $1.lowerBound - $0.upperBound }
    #expect(gaps.allSatisfy { $0 > 0 }, "ranges are disjoint and do not touch")
    #expect(runs.ranges.allSatisfy { !$0.isEmpty })
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func madeFromABitmap(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let rows = Self.rows(below: 200, using: &random)
    var bitmap = Bitmap(count: 200)
    bitmap.insert(rows.map(UInt32.init))
    let offset = random.integer(0...1_000)
    #expect(RowRuns(bitmap, offset: offset) == Self.runs(of: rows.map { $0 + offset }))
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func filteringKeepsTheMarkedRows(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let rows = Self.rows(below: random.integer(1...300), using: &random)
    var kept = Bitmap(count: rows.count)
    for i in rows.indices { kept[i] = random.chance(percent: 40) }
    let expected = rows.indices.filter { kept[$0] }.map { rows[$0] }
    #expect(Self.runs(of: rows).filtered(by: kept) == Self.runs(of: expected))
  }
}
