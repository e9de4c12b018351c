package import Columns

extension ColumnReader {
  /// The values of a chunk that has none, by the writer's count of nulls: nil for all others.
  package var valuesIfNone: ColumnValues? {
    guard announced.nullCount == announced.valueCount else { return nil }
    switch leaf.physicalType {
    case .boolean: return .bool([])
    case .int32, .int64: return .int64([])
    case .float, .double: return .double([])
    case .byteArray, .fixedLengthByteArray:
      let table = StringTable(offsets: [0], bytes: [])
      return .text(TextColumn(codes: [], table: table, isDistinct: true))
    case .int96: return nil
    }
  }

  /// Values of `rows`, in order, with the owner of each at the lane `owner`: running numbers from
  /// 0 over the lane's elements in the selected rows only.
  ///
  /// `elements`: where the lane's elements of each row stand, if that is known: pages with one
  /// entry for each of them, as most have, are read without their repetition levels.
  package func read(
    rows: RowRuns, owner lane: Lane, elements: RowElements? = nil, statistics: ReadStatistics
  ) throws(ParquetError) -> OwnedColumn {
    precondition(
      lane.repetition <= leaf.maxRepetition && lane.definition <= leaf.maxDefinition,
      "the lane is an ancestor of the column")
    let loader = PageLoader(column: self, statistics: statistics)
    defer { withExtendedLifetime(loader) {} }
    let estimate = estimatedValues(in: rows)
    var values = try collector(reserving: estimate, statistics)
    var owners = OutputColumn<UInt32>(reserving: estimate)
    var ownerCount = 0
    // At the column's own depth every entry starts an element, if it is there at all.
    let wantsRepetition = lane.repetition < leaf.maxRepetition
    try loader.forEachPage(of: rows) { page throws(DecodingFailure) in
      var selected = try loader.entries(
        of: page, wantsRepetition: wantsRepetition, wantsDefinition: true, elements: elements)
      if !wantsRepetition { selected.levels.repetition = nil }
      try statistics.charge(selected.selectedCount * (ownerBytes + valueBytes))
      for (i, range) in selected.entries.enumerated() {
        // One more than there are values: the loop writes before it knows whether to keep.
        let room = selected.values?[i].count ?? selected.valueCount
        owners.write(upTo: room + 1) { target in
          LevelScan.number(
            selected.levels, range, lane: lane, maxDefinition: leaf.maxDefinition,
            owners: &ownerCount, into: target)
        }
      }
      try append(selected, of: page, to: &values, statistics)
    }
    let ownerOfValue = owners.finish()
    // Levels that go on with an element before there is one number it -1.
    guard ownerOfValue.first != .max else {
      throw error(.damaged, at: chunk.byteRange.lowerBound, "values before their first owner")
    }
    return OwnedColumn(owners: ownerOfValue, values: values.finish(), ownerCount: ownerCount)
  }

  /// Values only, for a column with exactly one value for each of the lane's `expectedCount`
  /// elements in `rows`: whole pages are read without their levels, and others too as far as
  /// `elements` tells where the lane's elements of each row stand.
  package func readRequired(
    rows: RowRuns, expectedCount: Int, elements: RowElements? = nil, statistics: ReadStatistics
  ) throws(ParquetError) -> ColumnValues {
    let loader = PageLoader(column: self, statistics: statistics)
    defer { withExtendedLifetime(loader) {} }
    var values = try collector(reserving: expectedCount + 8, statistics)
    try loader.forEachPage(of: rows) { page throws(DecodingFailure) in
      let selected: PageEntries
      if let known = try elements?.values(of: page) {
        selected = known
      } else {
        selected = try loader.entries(of: page, wantsRepetition: false, wantsDefinition: false)
      }
      try statistics.charge(selected.selectedCount * valueBytes)
      try append(selected, of: page, to: &values, statistics)
    }
    guard values.count == expectedCount else {
      throw error(
        .damaged, at: chunk.byteRange.lowerBound,
        "\(values.count) values where the shape of the rows has \(expectedCount)")
    }
    return values.finish()
  }

  var ownerBytes: Int { MemoryLayout<UInt32>.size }
  /// What a value takes in a column: a number, or a code and an offset.
  var valueBytes: Int { leaf.physicalType == .boolean ? 1 : 8 }

  func append(
    _ selected: PageEntries, of page: LoadedPage, to values: inout ValueCollector,
    _ statistics: ReadStatistics
  ) throws(DecodingFailure) {
    let before = values.textBytes
    try values.append(page, count: selected.valueCount, ranges: selected.values)
    try statistics.charge(values.textBytes - before)
  }

  func collector(
    reserving estimate: Int, _ statistics: ReadStatistics
  ) throws(ParquetError) -> ValueCollector {
    let dictionary = try chunkDictionary(statistics: statistics)
    do {
      return try ValueCollector(
        leaf: leaf, dictionary: dictionary, limits: file.limits, reserving: estimate)
    } catch {
      throw self.error(error)
    }
  }

  /// A guess, from the chunk's counts, at how many values the rows have.
  private func estimatedValues(in rows: RowRuns) -> Int {
    let values = Double(max(0, chunk.valueCount - (chunk.nullCount ?? 0)))
    let share = rows.count == rowCount ? 1 : 1.1 * Double(rows.count) / Double(max(1, rowCount))
    return Int(min(values, 0x1p40) * share) + 16
  }
}
