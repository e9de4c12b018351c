package import Columns

extension ColumnReader {
  /// Offsets of every repeated depth in `rows`: `result[k]` has one entry more than there are
  /// elements at depth k (0 = rows), and `result[k][i]..<result[k][i + 1]` are the elements at
  /// depth k + 1 under element i. `depth` arrays.
  package func shape(
    rows: RowRuns, depth: Int, statistics: ReadStatistics
  ) throws(ParquetError) -> [[UInt32]] {
    if depth == 0 { return [] }
    let offsetBytes = MemoryLayout<UInt32>.size
    let loader = PageLoader(column: self, statistics: statistics)
    defer { withExtendedLifetime(loader) {} }
    let share = Double(rows.count) / Double(max(1, rowCount))
    let entries = Int(Double(min(chunk.valueCount, 1 << 40)) * share * 1.1)
    var shape = ShapeBuilder(leaf: leaf, depth: depth, rows: rows.count, entries: entries)
    var charged = 0
    try loader.forEachPage(of: rows, withValues: false) { page throws(DecodingFailure) in
      let selected = try loader.entries(of: page, wantsRepetition: true, wantsDefinition: true)
      // An offset at every depth, if every entry started a row.
      let bytes = selected.entries.reduce(0) { $0 + $1.count } * depth * offsetBytes
      try statistics.charge(bytes)
      charged += bytes
      for range in selected.entries { shape.append(selected.levels, range) }
    }
    let offsets = shape.finish()
    statistics.giveMemory(charged - offsets.reduce(0) { $0 + $1.count } * offsetBytes)
    guard offsets[0].count == rows.count + 1 else {
      throw error(.damaged, "\(offsets[0].count - 1) rows where \(rows.count) were promised")
    }
    // Whoever walks the offsets relies on every element having an owner.
    guard offsets.allSatisfy({ $0.first == 0 }) else {
      throw error(.damaged, at: chunk.byteRange.lowerBound, "elements before their first owner")
    }
    return offsets
  }
}
