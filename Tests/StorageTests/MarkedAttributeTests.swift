import Columns
import Parquet
import Storage
import TestSupport
import Testing

/// Attributes of a few elements against those of all.
@Suite struct MarkedAttributeTests {
  /// One attribute as text: its element, name and values.
  private struct Entry: Hashable {
    var element: UInt32
    var name: String
    var values: [String]
  }

  /// By owner.
  private func texts(_ column: OwnedColumn) -> [UInt32: [String]] {
    var result: [UInt32: [String]] = [:]
    for (i, owner) in column.owners.enumerated() {
      let text =
        switch column.values {
        case .int64(let values): "int \(values[i])"
        case .double(let values): "double \(values[i].bitPattern)"
        case .bool(let values): "bool \(values[i])"
        case .text(let text): "text \(text.string(at: i))"
        }
      result[owner, default: []].append(text)
    }
    return result
  }

  private func listed(_ list: MarkedAttributes?, _ marked: Bitmap) -> [Entry] {
    guard let list else { return [] }
    let values = list.values.map { texts($0) }
    return list.keys.owners.enumerated().filter { marked[Int($0.element)] }.map { i, owner in
      Entry(
        element: owner, name: list.keys.keys.string(at: i),
        values: values.flatMap { $0[UInt32(i)] ?? [] })
    }
  }

  private func direct(
    _ columns: [(name: String, column: OwnedColumn)], _ marked: Bitmap
  ) -> [Entry] {
    columns.flatMap { name, column in
      let values = texts(column)
      return marked.indices().compactMap { element in
        values[element].map { Entry(element: element, name: name, values: $0) }
      }
    }
  }

  /// A run of rows with every third trace, and a few of its elements.
  private func check(_ block: Block, _ scope: AttributeScope, seed: UInt64) throws -> Int {
    var random = SplitMix(seed: seed)
    let file = try #require(try block.files().first)
    let rows = file.file.rowGroups[0].rowCount
    func unit() throws -> any SpanUnit {
      let whole = BlockUnit(
        file: file, rowGroup: 0, rows: RowRuns(3..<rows), cache: block.cache,
        statistics: ReadStatistics())
      var traces = Bitmap(count: rows - 3)
      for trace in 0..<traces.count where trace % 3 != 1 { traces[trace] = true }
      _ = try whole.layout()
      return whole.narrowed(to: traces)
    }
    let reference = try unit()
    let count = Int(try reference.elementsOfTrace(scope.lane).last ?? 0)
    var marked = Bitmap(count: count)
    for element in 0..<count where random.chance(percent: 8) { marked[element] = true }
    let expected = listed(try reference.allAttributes(scope), marked)
    #expect(listed(try unit().attributes(scope, ofMarked: marked), marked) == expected)
    let columns = direct(try reference.allDirectColumns(scope), marked)
    #expect(direct(try unit().directColumns(scope, ofMarked: marked), marked) == columns)
    return expected.count + columns.count
  }

  @Test(
    arguments: ["vParquet3", "vParquet4", "vParquet5"],
    [AttributeScope.resource, .instrumentation, .span, .event, .link])
  func agreeWithAllAttributes(_ version: String, _ scope: AttributeScope) throws {
    let path = Fixture.smallBlocks(version: version)
    var compared = 0
    for block in try BlockCatalog.open(path: path, tenant: nil, cache: Cache.small).blocks {
      for seed in 1...3 as ClosedRange<UInt64> {
        compared += try check(block, scope, seed: seed)
      }
    }
    // Blocks of vParquet3 have no such list.
    let hasNone = version == "vParquet3" && scope == .instrumentation
    #expect((compared == 0) == hasNone, "some attributes were compared")
  }
}
