/// Exemplars met so far: for each series and slot of time the span whose trace hashes lowest.
///
/// Which traces these are depends on the traces alone, not on the order in which they were met.
struct ExemplarTable: Sendable {
  struct Entry: Sendable, Equatable {
    var exemplar: MetricsExemplar
    var hash: UInt64
  }

  /// Slots of time a series has; 0: no exemplars are wanted.
  let slotCount: Int
  /// By row and slot; `UInt64.max` is none.
  private var hashes: [UInt64] = []
  private(set) var entries: [Int: Entry] = [:]

  /// With more series there are none: a few for some of them, which depended on who came first.
  static let rowsMax = 1_024

  init(slotCount: Int) { self.slotCount = slotCount }

  var isWanted: Bool { slotCount > 0 }

  /// Keeps a place for a span of that trace, if it is to be kept; `fill` must follow.
  @inline(__always)
  mutating func claim(_ row: Int, _ slot: Int, _ hash: UInt64) -> Bool {
    guard row < Self.rowsMax else { return false }
    let place = row * slotCount + slot
    if place >= hashes.count { addPlaces(upTo: row) }
    guard hash < hashes[place] else { return false }
    hashes[place] = hash
    return true
  }

  /// Hashes that are too high to be kept.
  struct Bounds {
    /// For each slot.
    var ofSlot: [UInt64]
    /// Too high for any slot.
    var loosest: UInt64
  }

  /// What is too high for every one of `rowCount` series.
  func bounds(rowCount: Int) -> Bounds {
    let rowCount = min(rowCount, Self.rowsMax)
    guard rowCount * slotCount <= hashes.count else {
      // Some series have nothing yet.
      return Bounds(ofSlot: Array(repeating: .max, count: slotCount), loosest: .max)
    }
    var highest = [UInt64](repeating: 0, count: slotCount)
    for row in 0..<rowCount {
      for (slot, hash) in hashes[row * slotCount..<(row + 1) * slotCount].enumerated() {
        highest[slot] = max(highest[slot], hash)
      }
    }
    return Bounds(ofSlot: highest, loosest: highest.max() ?? .max)
  }

  /// Fills a place that was claimed for that trace, if it is still kept for it.
  mutating func fill(
    _ row: Int, _ slot: Int, _ hash: UInt64, _ exemplar: () -> MetricsExemplar
  ) {
    let place = row * slotCount + slot
    guard hashes[place] == hash else { return }
    entries[place] = Entry(exemplar: exemplar(), hash: hash)
  }

  mutating func insert(_ row: Int, _ slot: Int, _ entry: Entry) {
    guard claim(row, slot, entry.hash) else { return }
    entries[row * slotCount + slot] = entry
  }

  private mutating func addPlaces(upTo row: Int) {
    let missing = (row + 1) * slotCount - hashes.count
    hashes.append(contentsOf: repeatElement(.max, count: missing))
  }

  /// Adds what another table has for a series.
  mutating func merge(_ row: Int, _ other: ExemplarTable, _ otherRow: Int) {
    precondition(slotCount == other.slotCount, "tables of one query have the same slots")
    for slot in 0..<slotCount {
      if let entry = other.entries[otherRow * slotCount + slot] { insert(row, slot, entry) }
    }
  }

  /// At most `count` exemplars, spread over series and time: every series gives one in turn. The
  /// order of series does not matter.
  func chosen(rowCount: Int, count: Int) -> [[Entry]] {
    var result = [[Entry]](repeating: [], count: rowCount)
    guard slotCount > 0, count > 0, rowCount <= Self.rowsMax else { return result }
    let offers = (0..<rowCount).map { row in
      (0..<slotCount).compactMap { entries[row * slotCount + $0] }.sorted { $0.hash < $1.hash }
    }
    var left = count
    for turn in 0..<slotCount where left > 0 {
      let rows = offers.indices.filter { turn < offers[$0].count }
        .sorted { offers[$0][turn].hash < offers[$1][turn].hash }
      for row in rows.prefix(left) { result[row].append(offers[row][turn]) }
      left -= min(left, rows.count)
    }
    return result
  }
}
