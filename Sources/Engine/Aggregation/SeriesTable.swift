/// A partial result of one function: the series met so far and their cells.
///
/// Workers, blocks and machines each fill one; merging is associative and commutative. Where there
/// are more than `rowsMax` series those with the lowest hashes stay: one that is dropped never comes
/// back, for the bound only falls, and those that stay have counted every span of theirs.
struct SeriesTable: Sendable {
  private(set) var keys: [SeriesKey] = []
  var cells: CellTable
  var exemplars: ExemplarTable
  /// Series that had no place.
  private(set) var isTruncated = false
  /// Series kept at most.
  let rowsMax: Int

  private var rows: [SeriesKey: Int] = [:]
  /// By row.
  private var hashes: [UInt64] = []
  /// Series with a higher hash have no place.
  private var bound = UInt64.max

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
    var numbers: [Int] = []
    var added: [SeriesKey: Int] = [:]
    var addedHashes: [UInt64] = []
    for (i, key) in wanted.enumerated() {
      if i & 4_095 == 4_095 { try checkpoint() }
      if let known = rows[key] ?? added[key] {
        numbers.append(known)
      } else {
        let number = first + addedHashes.count
        added[key] = number
        addedHashes.append(StableHash.of(key))
        numbers.append(number)
      }
    }
    if first + addedHashes.count > rowsMax {
      newBound(StableHash.bound(hashes + addedHashes, count: rowsMax))
    }
    let kept = hashes.indices.filter { hashes[$0] <= bound }
    var rowOf = [Int?](repeating: nil, count: first + addedHashes.count)
    for (row, old) in kept.enumerated() { rowOf[old] = row }
    if kept.count < keys.count { keep(kept) }
    for (key, number) in zip(wanted, numbers) where number >= first && rowOf[number] == nil {
      let hash = addedHashes[number - first]
      guard hash <= bound else {
        isTruncated = true
        continue
      }
      rowOf[number] = keys.count
      rows[key] = keys.count
      keys.append(key)
      hashes.append(hash)
      cells.addRow()
    }
    return numbers.map { rowOf[$0] }
  }

  mutating func rows(of wanted: [SeriesKey]) -> [Int?] { rows(of: wanted) {} }

  /// Series with higher hashes have no place from now on; they are to be dropped.
  private mutating func newBound(_ lower: UInt64) {
    if lower >= bound { return }
    bound = lower
    isTruncated = true
  }

  private mutating func lowerBound(to newBound: UInt64) {
    self.newBound(newBound)
    let kept = hashes.indices.filter { hashes[$0] <= bound }
    if kept.count < keys.count { keep(kept) }
  }

  /// Leaves these rows alone.
  private mutating func keep(_ kept: [Int]) {
    keys = kept.map { keys[$0] }
    hashes = kept.map { hashes[$0] }
    rows = Dictionary(uniqueKeysWithValues: zip(keys, keys.indices))
    cells.keep(kept)
    exemplars = ExemplarTable(slotCount: exemplars.slotCount)
  }

  mutating func merge(_ other: SeriesTable) {
    // What either has dropped is incomplete in the other.
    if isTruncated || other.isTruncated {
      isTruncated = true
      lowerBound(to: min(completeBound, other.completeBound))
    }
    for (otherRow, row) in rows(of: other.keys).enumerated() {
      guard let row else { continue }
      cells.merge(row, other.cells, otherRow)
      exemplars.merge(row, other.exemplars, otherRow)
    }
  }

  /// Up to this hash every series met is here; a table that was read from bytes does not know.
  private var completeBound: UInt64 {
    isTruncated ? min(bound, hashes.max() ?? .max) : bound
  }

  /// The same series under keys that `rename` gives; those that get one key become one.
  func renamed(_ rename: (SeriesKey) -> SeriesKey) -> SeriesTable {
    let names = keys.map(rename)
    let rowOf = Dictionary(zip(names, names.indices)) { first, _ in first }
    if rowOf.count == names.count {
      // The cells stay where they are.
      var result = self
      result.keys = names
      result.rows = rowOf
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
    result.lowerBound(to: StableHash.bound(hashes, count: count))
    return result
  }

  /// Exemplars of each row, `count` in all at most. A cut table has none: whose traces were met by
  /// those series alone that stay is not known.
  func chosenExemplars(_ count: Int) -> [[ExemplarTable.Entry]] {
    exemplars.chosen(rowCount: keys.count, count: isTruncated ? 0 : count)
  }

  mutating func markTruncated() { isTruncated = true }
}
