/// A partial result of one function: the series met so far and their cells.
///
/// Workers, blocks and machines each fill one; merging is associative and commutative. Where there
/// are more than `rowsMax` series those with the lowest hashes stay: one that is dropped never
/// comes back, for the bound only falls, and those that stay have counted every span of theirs.
struct SeriesTable: Sendable {
  private var index = SeriesIndex()
  var cells: CellTable
  var exemplars: ExemplarTable
  /// Series that had no place.
  private(set) var isTruncated = false
  /// Series kept at most.
  let rowsMax: Int

  /// Series with a higher hash have no place.
  private var bound = UInt64.max

  var keys: [SeriesKey] { index.keys }

  init(
    kind: CellTable.Kind, intervalCount: Int, rowsMax: Int,
    exemplars: ExemplarTable = ExemplarTable(slotCount: 0)
  ) {
    cells = CellTable(kind: kind, intervalCount: intervalCount)
    self.rowsMax = rowsMax
    self.exemplars = exemplars
  }

  /// The rows of all these series, new ones if need be; nil for those that have no place. Rows that
  /// were asked for before may be others now. `checkpoint` is called now and then; what it throws
  /// leaves the table as it was.
  mutating func rows<Failure: Error>(
    of wanted: [SeriesKey], checkpoint: () throws(Failure) -> Void
  ) throws(Failure) -> [Int?] {
    // Numbers from `first` on stand for series that are met for the first time.
    let first = keys.count
    var numbers: [Int?] = []
    numbers.reserveCapacity(wanted.count)
    var added = SeriesIndex()
    for (i, key) in wanted.enumerated() {
      if i & 4_095 == 4_095 { try checkpoint() }
      let hash = StableHash.of(key)
      if hash > bound {
        isTruncated = true
        numbers.append(nil)
      } else if let row = index.row(of: key, hash) {
        numbers.append(row)
      } else {
        numbers.append(first + (added.row(of: key, hash) ?? added.append(key, hash)))
      }
    }
    if first + added.keys.count <= rowsMax {
      // The numbers are rows.
      for (key, hash) in zip(added.keys, added.hashes) { add(key, hash) }
      return numbers
    }
    lower(StableHash.bound(index.hashes + added.hashes, count: rowsMax))
    let kept = index.hashes.indices.filter { index.hashes[$0] <= bound }
    var rowOf = [Int?](repeating: nil, count: first + added.keys.count)
    for (row, old) in kept.enumerated() { rowOf[old] = row }
    keep(kept)
    for (number, (key, hash)) in zip(added.keys, added.hashes).enumerated() where hash <= bound {
      rowOf[first + number] = keys.count
      add(key, hash)
    }
    return numbers.map { $0.flatMap { rowOf[$0] } }
  }

  private mutating func add(_ key: SeriesKey, _ hash: UInt64) {
    index.append(key, hash)
    cells.addRow()
  }

  mutating func rows(of wanted: [SeriesKey]) -> [Int?] { rows(of: wanted) {} }

  /// Series with higher hashes have no place from now on; they are to be dropped.
  private mutating func lower(_ newBound: UInt64) {
    if newBound >= bound { return }
    bound = newBound
    isTruncated = true
  }

  private mutating func drop(above newBound: UInt64) {
    lower(newBound)
    keep(index.hashes.indices.filter { index.hashes[$0] <= bound })
  }

  /// Leaves these rows alone.
  private mutating func keep(_ kept: [Int]) {
    if kept.count == keys.count { return }
    index = index.keeping(kept)
    cells.keep(kept)
    exemplars = ExemplarTable(slotCount: exemplars.slotCount)
  }

  mutating func merge(_ other: SeriesTable) {
    // What either has dropped is incomplete in the other.
    if isTruncated || other.isTruncated {
      isTruncated = true
      drop(above: min(completeBound, other.completeBound))
    }
    for (otherRow, row) in rows(of: other.keys).enumerated() {
      guard let row else { continue }
      cells.merge(row, other.cells, otherRow)
      exemplars.merge(row, other.exemplars, otherRow)
    }
  }

  /// Up to this hash every series met is here; a table that was read from bytes does not know.
  private var completeBound: UInt64 {
    isTruncated ? min(bound, index.hashes.max() ?? .max) : bound
  }

  /// The same series under keys that `rename` gives; those that get one key become one.
  func renamed(_ rename: (SeriesKey) -> SeriesKey) -> SeriesTable {
    let names = keys.map(rename)
    if Set(names).count == names.count {
      // The cells stay where they are.
      var result = self
      result.index = SeriesIndex(names, names.map(StableHash.of))
      return result
    }
    var result = SeriesTable(
      kind: cells.kind, intervalCount: cells.intervalCount, rowsMax: .max,
      exemplars: ExemplarTable(slotCount: exemplars.slotCount))
    result.isTruncated = isTruncated
    for (row, target) in result.rows(of: names).enumerated() {
      guard let target else { continue }
      result.cells.merge(target, cells, row)
      result.exemplars.merge(target, exemplars, row)
    }
    return result
  }

  /// The `count` series of the lowest hashes alone, for who does not wait for all.
  func cut(to count: Int) -> SeriesTable {
    if keys.count <= count { return self }
    var result = self
    result.drop(above: StableHash.bound(index.hashes, count: count))
    return result
  }

  /// Exemplars of each row, `count` in all at most. A cut table has none: whose traces were met by
  /// those series alone that stay is not known.
  func chosenExemplars(_ count: Int) -> [[ExemplarTable.Entry]] {
    exemplars.chosen(rowCount: keys.count, count: isTruncated ? 0 : count)
  }

  mutating func markTruncated() { isTruncated = true }
}
