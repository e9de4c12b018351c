import Columns
import Parquet

/// Columns with any number of values an element, and their levels, which are worth keeping.
extension BlockUnit {
  /// The unit this one was narrowed from in the end: itself, if it was not.
  var root: BlockUnit {
    var unit = self
    while let parent = unit.parent { unit = parent }
    return unit
  }

  var isContiguous: Bool { rows.ranges.count == 1 }

  /// What the owners of a list column are.
  enum ListOwner {
    /// Elements of a lane.
    case lane(TraceLane)
    /// Attributes, of which this is the key column; `depth` repeated ancestors.
    case attributes(Leaf, depth: Int)
  }

  /// Reads a column with any number of values for each of `ownerCount` owners.
  func read(
    _ leaf: Leaf, of owner: ListOwner, ownerCount: Int
  ) throws(StorageError) -> OwnedColumn {
    let depth = owner.depth
    guard leaf.maxRepetition >= depth else {
      throw StorageError.damaged(
        file: file.file.name, "column \(leaf.name) is not nested as blocks nest it")
    }
    if let nothing = file.file.column(leaf, rowGroup: rowGroup).valuesIfNone {
      return OwnedColumn(owners: [], values: nothing, ownerCount: ownerCount)
    }
    let column =
      try readsWholeRun(leaf) || hasShape(leaf)
      ? readOfRun(leaf, owner) : readLevels(leaf, depth, rows, rowElements(owner))
    guard column.ownerCount == ownerCount else {
      throw StorageError.damaged(
        file: file.file.name,
        "column \(leaf.name) has \(column.ownerCount) owners where others have \(ownerCount)")
    }
    return column
  }

  /// Whether so many rows of the run are left that every page of it is read anyway, and its levels
  /// are kept for the next query.
  private func readsWholeRun(_ leaf: Leaf) -> Bool {
    !readsEverything && root.isContiguous && root.mostPagesHold(rows) && root.hasRoom(leaf)
  }

  /// Whether what the levels of a column say of this run would be kept.
  func hasRoom(_ leaf: Leaf) -> Bool {
    let group = file.file.rowGroups[rowGroup]
    let share = Double(rows.count) / Double(max(1, group.rowCount))
    let entries = Double(min(group.chunks[leaf.index].valueCount, 1 << 40)) * share
    return cache.hasRoom(costBytes: Int(entries) * MemoryLayout<UInt32>.size)
  }

  /// Whether most pages of this unit hold one of the rows.
  func mostPagesHold(_ some: RowRuns) -> Bool {
    let rowsOfPage = 512
    return some.count * rowsOfPage >= rows.count
  }

  /// Whether the levels of the whole run are known already.
  private func hasShape(_ leaf: Leaf) -> Bool {
    root.isContiguous && cache.value(root.shapeKey(leaf), as: ListShape.self) != nil
  }

  private func readLevels(
    _ leaf: Leaf, _ depth: Int, _ rows: RowRuns, _ elements: RowElements?
  ) throws(StorageError) -> OwnedColumn {
    do {
      return try file.file.column(leaf, rowGroup: rowGroup).read(
        rows: rows, owner: Lane(depth: depth, of: leaf), elements: elements,
        statistics: statistics)
    } catch { throw StorageError.parquet(error) }
  }

  /// Where the owners of each row of the run stand, as far as that is known or worth finding out.
  private func rowElements(_ owner: ListOwner) throws(StorageError) -> RowElements? {
    switch owner {
    case .lane(let lane): return try knownElements(lane)
    case .attributes(let keys, let depth):
      let root = root
      guard root.isContiguous, root.traceCount > 0 else { return nil }
      let first = root.rows.bounds.lowerBound
      if let known = cache.value(root.shapeKey(keys), as: ListShape.self) {
        return RowElements(firstRow: first, offsets: known.valuesOfRow)
      }
      let isMost = rows.count * 8 >= root.rows.count
      guard readsEverything, isMost else { return nil }
      return try RowElements(
        firstRow: first, offsets: root.attributesOfRow(keys, depth: depth))
    }
  }

  /// Where the attributes of each row of this (contiguous) unit begin, kept between queries.
  private func attributesOfRow(_ keys: Leaf, depth: Int) throws(StorageError) -> [UInt32] {
    let key = BoundedCache.Key(
      file: file.file.serial, rowGroup: rowGroup, column: keys.index,
      aspect: .attributesOfRow(firstRow: rows.bounds.lowerBound, rowCount: rows.count))
    if let known = cache.value(key, as: [UInt32].self) { return known }
    let offsets: [UInt32]
    do {
      offsets = try file.file.column(keys, rowGroup: rowGroup)
        .shape(rows: rows, depth: depth, statistics: statistics)
        .reduce((0...UInt32(traceCount)).map { $0 }) { UnitLayout.composed($0, $1) }
    } catch { throw StorageError.parquet(error) }
    cache.store(offsets, for: key, costBytes: offsets.count * 4, rank: .levels)
    return offsets
  }

  /// The levels of a list column over a whole run: the owner of every value, and where the values
  /// of each row begin.
  private struct ListShape: Sendable {
    var owners: [UInt32]
    var ownerCount: Int
    /// Owners of each row begin here; one more than there are rows.
    var ownersOfRow: [UInt32]
    var valuesOfRow: [UInt32]
  }

  fileprivate func shapeKey(_ leaf: Leaf) -> BoundedCache.Key {
    BoundedCache.Key(
      file: file.file.serial, rowGroup: rowGroup, column: leaf.index,
      aspect: .owners(firstRow: rows.bounds.lowerBound, rowCount: rows.count))
  }

  private func readOfRun(_ leaf: Leaf, _ owner: ListOwner) throws(StorageError) -> OwnedColumn {
    let root = root
    let first = root.rows.bounds.lowerBound
    let key = root.shapeKey(leaf)
    guard let shape = cache.value(key, as: ListShape.self) else {
      let whole = try root.readLevels(leaf, owner.depth, root.rows, rowElements(owner))
      let shape = try root.shape(of: whole, leaf, owner)
      cache.store(
        shape, for: key, costBytes: shape.owners.count * 4 + shape.ownersOfRow.count * 8,
        rank: .levels)
      return parent == nil ? whole : sliced(shape, whole.values, first)
    }
    let expected: Int
    let values: ColumnValues
    let rowsOfRun = rows.ranges.lazy.map { $0.lowerBound - first..<$0.upperBound - first }
    expected = rowsOfRun.reduce(0) {
      $0 + Int(shape.valuesOfRow[$1.upperBound] - shape.valuesOfRow[$1.lowerBound])
    }
    do {
      values = try file.file.column(leaf, rowGroup: rowGroup).readRequired(
        rows: rows, expectedCount: expected,
        elements: RowElements(firstRow: first, offsets: shape.valuesOfRow), statistics: statistics)
    } catch { throw StorageError.parquet(error) }
    if parent == nil {
      return OwnedColumn(owners: shape.owners, values: values, ownerCount: shape.ownerCount)
    }
    let (owners, ownerCount) = narrowedOwners(shape, first)
    return OwnedColumn(owners: owners, values: values, ownerCount: ownerCount)
  }

  /// Shape of a column read over this (contiguous) unit.
  private func shape(
    of column: OwnedColumn, _ leaf: Leaf, _ owner: ListOwner
  ) throws(StorageError) -> ListShape {
    let ownersOfRow = try ownersOfRow(leaf, owner)
    guard Int(ownersOfRow.last ?? 0) == column.ownerCount else {
      throw StorageError.damaged(
        file: file.file.name,
        "column \(leaf.name) has \(column.ownerCount) owners where others have "
          + "\(ownersOfRow.last ?? 0)")
    }
    return ListShape(
      owners: column.owners, ownerCount: column.ownerCount, ownersOfRow: ownersOfRow,
      valuesOfRow: ColumnNarrower.valuesOfTrace(owners: column.owners, elementsOfTrace: ownersOfRow)
    )
  }

  /// Where the owners of each row begin.
  private func ownersOfRow(
    _ leaf: Leaf, _ owner: ListOwner
  ) throws(StorageError) -> [UInt32] {
    switch owner {
    case .lane(let lane): return try elementsOfTrace(lane)
    case .attributes(let keys, let depth):
      if let known = cache.value(shapeKey(keys), as: ListShape.self) { return known.valuesOfRow }
      return try attributesOfRow(keys, depth: depth)
    }
  }

  /// The part of a whole run's column that belongs to this unit's rows.
  private func sliced(_ shape: ListShape, _ values: ColumnValues, _ first: Int) -> OwnedColumn {
    let (owners, ownerCount) = narrowedOwners(shape, first)
    let ranges = ColumnNarrower.ranges(runs(first), shape.valuesOfRow)
    return OwnedColumn(
      owners: owners, values: ColumnNarrower.values(ranges, of: values), ownerCount: ownerCount)
  }

  private func narrowedOwners(
    _ shape: ListShape, _ first: Int
  ) -> (owners: [UInt32], count: Int) {
    let runs = runs(first)
    let owners = ColumnNarrower.ranges(runs, shape.ownersOfRow)
    let values = ColumnNarrower.ranges(runs, shape.valuesOfRow)
    return (
      ColumnNarrower.owners(values, owners: owners, of: shape.owners),
      ColumnNarrower.count(owners)
    )
  }

  /// This unit's rows, counted from the first row of the run.
  private func runs(_ first: Int) -> [Range<Int>] {
    rows.ranges.map { $0.lowerBound - first..<$0.upperBound - first }
  }
}

extension BlockUnit.ListOwner {
  /// Repeated ancestors of an owner.
  var depth: Int {
    switch self {
    case .lane(let lane): lane.depth
    case .attributes(_, let depth): depth
    }
  }
}
