/// A partial result of one function: the series met so far and their cells.
///
/// Workers, blocks and machines each fill one; merging is associative and commutative.
struct SeriesTable: Sendable {
  private(set) var keys: [SeriesKey] = []
  var cells: CellTable
  var exemplars: ExemplarTable
  /// Series that had no place any more.
  private(set) var isTruncated = false
  /// Series kept at most.
  let rowsMax: Int

  private var rows: [SeriesKey: Int] = [:]

  init(
    kind: CellTable.Kind, intervalCount: Int, rowsMax: Int,
    exemplars: ExemplarTable = ExemplarTable(slotCount: 0)
  ) {
    cells = CellTable(kind: kind, intervalCount: intervalCount)
    self.rowsMax = rowsMax
    self.exemplars = exemplars
  }

  /// The row of a series, a new one if need be; nil when there are too many.
  mutating func row(of key: SeriesKey) -> Int? {
    if let known = rows[key] { return known }
    guard keys.count < rowsMax else {
      isTruncated = true
      return nil
    }
    rows[key] = keys.count
    keys.append(key)
    cells.addRow()
    return keys.count - 1
  }

  mutating func merge(_ other: SeriesTable) {
    isTruncated = isTruncated || other.isTruncated
    for (otherRow, key) in other.keys.enumerated() {
      guard let row = row(of: key) else { continue }
      cells.merge(row, other.cells, otherRow)
      exemplars.merge(row, other.exemplars, otherRow)
    }
  }

  /// The same series under keys that `rename` gives; those that get one key become one.
  func renamed(_ rename: (SeriesKey) -> SeriesKey) -> SeriesTable {
    var result = SeriesTable(
      kind: cells.kind, intervalCount: cells.intervalCount, rowsMax: rowsMax,
      exemplars: ExemplarTable(slotCount: exemplars.slotCount))
    result.isTruncated = isTruncated
    for (row, key) in keys.enumerated() {
      guard let target = result.row(of: rename(key)) else { continue }
      result.cells.merge(target, cells, row)
      result.exemplars.merge(target, exemplars, row)
    }
    return result
  }

  mutating func markTruncated() { isTruncated = true }
}
