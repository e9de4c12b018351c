import Columns
package import Parquet

/// The attribute names of one file, from key dictionaries and columns with values: no row is read.
package struct StoredNames {
  private let file: BlockFile
  private let rowGroups: [Int]
  private let statistics: ReadStatistics

  package init(_ file: BlockFile, rowGroups: [Int], statistics: ReadStatistics) {
    self.file = file
    self.rowGroups = rowGroups
    self.statistics = statistics
  }

  package func names(_ scope: AttributeScope) throws(StorageError) -> Set<String> {
    var result: Set<String> = []
    for rowGroup in rowGroups {
      try result.formUnion(keys(scope, rowGroup))
      for column in file.schema.directColumns[scope] ?? [] {
        let chunk = file.file.rowGroups[rowGroup].chunks[column.leaf.index]
        // A chunk that does not count its nulls may hold values. Required columns always do.
        if column.emptyMeansAbsent || chunk.valueCount > (chunk.nullCount ?? 0) {
          result.insert(column.attribute)
        }
      }
    }
    return result
  }

  private func keys(
    _ scope: AttributeScope, _ rowGroup: Int
  ) throws(StorageError) -> Set<String> {
    if scope == .link && file.schema.leaf(.linkSpanID) == nil {
      return try encodedKeys(scope, rowGroup)
    }
    guard let leaf = file.schema.groups[scope]?.key else { return [] }
    let column = file.file.column(leaf, rowGroup: rowGroup)
    do {
      if try column.isFullyDictionaryCoded(),
        let table = try column.dictionary(statistics: statistics)
      {
        return Set((0..<table.count).map { table.string(at: $0) })
      }
    } catch { throw StorageError.parquet(error) }
    return try encodedKeys(scope, rowGroup)
  }

  /// Keys that stand in no dictionary: the list itself is read.
  private func encodedKeys(
    _ scope: AttributeScope, _ rowGroup: Int
  ) throws(StorageError) -> Set<String> {
    let unit = BlockUnit(
      file: file, rowGroup: rowGroup, rows: RowRuns(0..<file.file.rowGroups[rowGroup].rowCount),
      cache: BoundedCache(capacityBytes: 0), statistics: statistics)
    guard let keys = try unit.attributeKeys(scope)?.keys else { return [] }
    return Set((0..<keys.table.count).map { keys.table.string(at: $0) })
  }
}
