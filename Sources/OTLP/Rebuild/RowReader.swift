import Columns
import Parquet
import Storage

/// Reads the columns of one row, one trace or one part of it, out of a block's file.
///
/// Only the pages that hold the row are fetched, and columns below an empty lane not at all.
struct RowReader {
  let file: ParquetFile
  let schema: TraceSchema
  let rowGroup: Int
  let rows: RowRuns
  let statistics: ReadStatistics

  init(
    file: ParquetFile, schema: TraceSchema, rowGroup: Int, row: Int, statistics: ReadStatistics
  ) {
    self.file = file
    self.schema = schema
    self.rowGroup = rowGroup
    rows = RowRuns(row..<row + 1)
    self.statistics = statistics
  }

  /// The values of `leaf` and the element of the lane `depth` levels down that each belongs to.
  func owned(_ leaf: Leaf, depth: Int) throws(ParquetError) -> OwnedColumn {
    guard depth <= leaf.maxRepetition else {
      throw damaged(leaf, "the column is nested less deep than its place in a trace")
    }
    let definition = depth == 0 ? 0 : leaf.repeatedDefinitions[depth - 1]
    return try file.column(leaf, rowGroup: rowGroup).read(
      rows: rows, owner: Lane(repetition: depth, definition: definition), statistics: statistics)
  }

  /// The values of `leaf` by element of a lane of `count` elements; nil where there are none.
  func values(
    _ leaf: Leaf?, depth: Int, count: Int
  ) throws(ParquetError) -> LaneValues? {
    guard let leaf, count > 0 else { return nil }
    let definition = depth == 0 ? 0 : (leaf.repeatedDefinitions.last ?? 0)
    if leaf.maxRepetition == depth, leaf.maxDefinition == definition {
      return LaneValues(
        dense: try file.column(leaf, rowGroup: rowGroup).readRequired(
          rows: rows, expectedCount: count, statistics: statistics))
    }
    let column = try owned(leaf, depth: depth)
    guard column.ownerCount == count else {
      throw damaged(leaf, "\(column.ownerCount) elements where another column has \(count)")
    }
    return column.values.count == 0 ? nil : LaneValues(column)
  }

  func values(
    _ column: TraceColumn, count: Int
  ) throws(ParquetError) -> LaneValues? {
    try values(schema.leaf(column), depth: column.lane.depth, count: count)
  }

  func damaged(_ leaf: Leaf, _ message: String) -> ParquetError {
    ParquetError(
      .damaged, file: file.name, column: leaf.path.joined(separator: "."), message)
  }
}

// MARK: Lanes

/// How many elements a lane of one row has, and which of them each element of the lane above owns.
struct LaneShape {
  let count: Int
  private let starts: [UInt32]

  init(owners: [UInt32], ownerCount: Int) {
    count = owners.count
    starts = LaneValues.starts(owners: owners, ownerCount: ownerCount)
  }

  /// A lane whose column the file does not have.
  init(emptyBelow ownerCount: Int) { self.init(owners: [], ownerCount: ownerCount) }

  func elements(of owner: Int) -> Range<Int> { Int(starts[owner])..<Int(starts[owner + 1]) }
}

extension RowReader {
  /// The lane of `column`, which every element has a value in, below a lane of `ownerCount`
  /// elements; the values come along.
  func lane(
    _ column: TraceColumn, below ownerCount: Int
  ) throws(ParquetError) -> (LaneShape, LaneValues?) {
    guard let leaf = schema.leaf(column), ownerCount > 0 else {
      return (LaneShape(emptyBelow: ownerCount), nil)
    }
    let owned = try owned(leaf, depth: column.lane.depth - 1)
    guard owned.ownerCount == ownerCount else {
      throw damaged(leaf, "\(owned.ownerCount) elements where another column has \(ownerCount)")
    }
    return (
      LaneShape(owners: owned.owners, ownerCount: ownerCount), LaneValues(dense: owned.values)
    )
  }
}
