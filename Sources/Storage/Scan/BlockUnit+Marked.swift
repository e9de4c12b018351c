package import Columns
import Parquet

/// Attributes of a few elements: what others have is passed over without being decoded.
extension BlockUnit {
  /// Passing entries over pays where it is most of them.
  private func isWorthwhile(_ elements: Bitmap) -> Bool {
    root.isContiguous && root.traceCount > 0 && elements.populationCount * 4 < elements.count
  }

  // MARK: Lists

  package func attributes(
    _ scope: AttributeScope, ofMarked elements: Bitmap
  ) throws(StorageError) -> MarkedAttributes? {
    guard isWorthwhile(elements), knownKeys[scope] == nil, !isEncoded(scope),
      let group = file.schema.groups[scope], group.key.maxRepetition == scope.lane.depth + 1
    else { return try allAttributes(scope) }
    if file.file.column(group.key, rowGroup: rowGroup).valuesIfNone != nil { return nil }
    guard let selection = try selection(of: elements, group.key, scope.lane),
      let keys = try keys(group.key, selection, elements, scope.lane)
    else { return try allAttributes(scope) }
    let depth = scope.lane.depth + 1
    var values: [OwnedColumn] = []
    for type in AttributeType.allCases {
      guard let leaf = group.leaf(of: type),
        file.file.column(leaf, rowGroup: rowGroup).valuesIfNone == nil
      else { continue }
      guard leaf.maxRepetition >= depth, let column = try read(selection, leaf, depth, depth)
      else { return try allAttributes(scope) }
      try check(column.values, is: type, leaf)
      try check(column.ownerCount, is: keys.owners.count, leaf)
      values.append(column)
    }
    return MarkedAttributes(keys: keys, values: values)
  }

  /// `owner`: the depth whose elements own the values; `depth`: of what the selection counts.
  private func read(
    _ selection: EntrySelection, _ leaf: Leaf, _ owner: Int, _ depth: Int
  ) throws(StorageError) -> OwnedColumn? {
    do {
      return try file.file.column(leaf, rowGroup: rowGroup).read(
        selection, rows: rows, owner: Lane(depth: owner, of: leaf), depth: depth,
        statistics: statistics)
    } catch { throw StorageError.parquet(error) }
  }

  private func keys(
    _ leaf: Leaf, _ selection: EntrySelection, _ elements: Bitmap, _ lane: TraceLane
  ) throws(StorageError) -> AttributeKeys? {
    guard let column = try read(selection, leaf, lane.depth, leaf.maxRepetition) else {
      return nil
    }
    try check(column.values, is: .text, leaf)
    try check(column.ownerCount, is: elements.populationCount, leaf)
    let marked = elements.indices()
    return AttributeKeys(
      owners: column.owners.map { marked[Int($0)] }, keys: column.values.textColumn,
      ownerCount: elements.count)
  }

  private func check(_ count: Int, is expected: Int, _ leaf: Leaf) throws(StorageError) {
    guard count == expected else {
      throw StorageError.damaged(
        file: file.file.name,
        "column \(leaf.name) has \(count) owners where others have \(expected)")
    }
  }

  /// The entries of marked elements in a column of keys.
  private func selection(
    of elements: Bitmap, _ keys: Leaf, _ lane: TraceLane
  ) throws(StorageError) -> EntrySelection? {
    do {
      guard let offsets = try root.entriesOfRow(keys) else { return nil }
      let entries = RowElements(firstRow: root.rows.bounds.lowerBound, offsets: offsets)
      let ranges = try file.file.column(keys, rowGroup: rowGroup).entries(
        of: elements, lane: Lane(depth: lane.depth, of: keys), rows: rows, entries: entries,
        statistics: statistics)
      return EntrySelection(rows: entries, ranges: ranges)
    } catch { throw StorageError.parquet(error) }
  }

  /// Where the entries of each row of this (contiguous) unit begin, kept between queries.
  private func entriesOfRow(_ keys: Leaf) throws(ParquetError) -> [UInt32]? {
    let key = BoundedCache.Key(
      file: file.file.serial, rowGroup: rowGroup, column: keys.index,
      aspect: .entriesOfRow(firstRow: rows.bounds.lowerBound, rowCount: rows.count))
    if let known = cache.value(key, as: [UInt32].self) { return known }
    guard
      let offsets = try file.file.column(keys, rowGroup: rowGroup).entriesOfRow(
        rows.bounds, statistics: statistics)
    else { return nil }
    cache.store(offsets, for: key, costBytes: offsets.count * 4, rank: .levels)
    return offsets
  }

  // MARK: Columns of single attributes

  package func directColumns(
    _ scope: AttributeScope, ofMarked elements: Bitmap
  ) throws(StorageError) -> [(name: String, column: OwnedColumn)] {
    let lane = scope.lane
    // Spans without events have an entry, too: there entries are no elements.
    guard isWorthwhile(elements), lane != .event, lane != .link else {
      return try allDirectColumns(scope)
    }
    let offsets = try root.elementsOfTrace(lane)
    let selection = EntrySelection(
      rows: RowElements(firstRow: root.rows.bounds.lowerBound, offsets: offsets),
      ranges: try rangesOfRoot(elements, lane, offsets))
    let marked = elements.indices()
    var result: [(name: String, column: OwnedColumn)] = []
    for direct in file.schema.directColumns[scope] ?? [] {
      let name = direct.attribute
      guard !direct.emptyMeansAbsent, direct.leaf.maxRepetition == lane.depth,
        knownDirect[DirectKey(scope: scope, name: name)] == nil,
        let column = try directColumn(direct, selection, lane, marked, elements.count)
      else {
        for column in try directColumns(scope, name) { result.append((name, column)) }
        continue
      }
      result.append((name, column))
    }
    return result
  }

  private func directColumn(
    _ direct: TraceSchema.DirectColumn, _ selection: EntrySelection, _ lane: TraceLane,
    _ marked: [UInt32], _ elementCount: Int
  ) throws(StorageError) -> OwnedColumn? {
    let reader = file.file.column(direct.leaf, rowGroup: rowGroup)
    if let nothing = reader.valuesIfNone {
      return OwnedColumn(owners: [], values: nothing, ownerCount: elementCount)
    }
    guard let column = try read(selection, direct.leaf, lane.depth, lane.depth) else {
      return nil
    }
    try check(column.values, is: direct.kind == .text ? .text : .int, direct.leaf)
    try check(column.ownerCount, is: marked.count, direct.leaf)
    return OwnedColumn(
      owners: column.owners.map { marked[Int($0)] }, values: column.values,
      ownerCount: elementCount)
  }

  /// Marked elements of this unit as ranges of the elements of the unit it was narrowed from in the
  /// end, whose `offsets` say where the elements of each trace begin.
  private func rangesOfRoot(
    _ elements: Bitmap, _ lane: TraceLane, _ offsets: [UInt32]
  ) throws(StorageError) -> [Range<Int>] {
    let own = try elementsOfTrace(lane)
    let first = root.rows.bounds.lowerBound
    var result: [Range<Int>] = []
    var trace = 0
    for range in rows.ranges {
      for row in range {
        let end = Int(own[trace + 1])
        let shift = Int(offsets[row - first]) - Int(own[trace])
        var next = elements.next(from: Int(own[trace]), below: end)
        while let element = next {
          let place = element + shift
          if let last = result.last, last.upperBound == place {
            result[result.count - 1] = last.lowerBound..<place + 1
          } else {
            result.append(place..<place + 1)
          }
          next = elements.next(from: element + 1, below: end)
        }
        trace += 1
      }
    }
    return result
  }
}
