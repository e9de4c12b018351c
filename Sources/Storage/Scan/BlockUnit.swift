package import Columns
package import Parquet

/// Rows of one row group of one file, as lanes. Columns are read on first use and kept.
///
/// A narrowed unit copies what its parent has already read and reads the rest for its own rows
/// only.
package final class BlockUnit: SpanUnit {
  package let file: BlockFile
  package let rowGroup: Int
  package let rows: RowRuns
  package let statistics: ReadStatistics
  package let cache: BoundedCache
  package var readsEverything = false
  /// The unit this one was narrowed from, and which of its traces are these.
  let parent: BlockUnit?
  let pieces: [Range<Int>]

  var knownLayout: UnitLayout?
  var knownOffsets: [TraceLane: [UInt32]] = [:]
  var knownColumns: [TraceColumn: ColumnValues] = [:]
  var knownKeys: [AttributeScope: AttributeKeys] = [:]
  var knownValues: [ValueKey: OwnedColumn] = [:]
  var knownDirect: [DirectKey: OwnedColumn] = [:]
  var knownEncoded: EncodedLanes?
  var knownArrays: [AttributeScope: DecodedAttributes] = [:]

  struct ValueKey: Hashable {
    var scope: AttributeScope
    var type: AttributeType
  }

  struct DirectKey: Hashable {
    var scope: AttributeScope
    var name: String
  }

  package convenience init(
    file: BlockFile, rowGroup: Int, rows: RowRuns, cache: BoundedCache,
    statistics: ReadStatistics
  ) {
    self.init(
      file: file, rowGroup: rowGroup, rows: rows, cache: cache, statistics: statistics,
      parent: nil, pieces: [])
  }

  private init(
    file: BlockFile, rowGroup: Int, rows: RowRuns, cache: BoundedCache,
    statistics: ReadStatistics, parent: BlockUnit?, pieces: [Range<Int>]
  ) {
    self.file = file
    self.rowGroup = rowGroup
    self.rows = rows
    self.cache = cache
    self.statistics = statistics
    self.parent = parent
    self.pieces = pieces
  }

  package var traceCount: Int { rows.count }

  package func liveSpans() -> Bitmap? { nil }

  package func checkpoint(taking byteCount: Int) throws(StorageError) {
    if statistics.isCancelled {
      throw .parquet(ParquetError(.cancelled, file: file.file.name, "cancelled"))
    }
    guard statistics.takeMemory(byteCount) else {
      throw .tooMuchMemory("memory limit of \(statistics.memoryBytesMax ?? 0) bytes reached")
    }
  }

  package func narrowed(to traces: Bitmap) -> any SpanUnit {
    precondition(traces.count == traceCount, "one bit per trace")
    return BlockUnit(
      file: file, rowGroup: rowGroup, rows: rows.filtered(by: traces), cache: cache,
      statistics: statistics, parent: self, pieces: traces.runs())
  }

  // MARK: Shape

  package func layout() throws(StorageError) -> UnitLayout {
    if let knownLayout { return knownLayout }
    let layout: UnitLayout
    if let parent, parent.isWorthLayingOut(for: rows) {
      layout = try narrowedLayout(parent.layout())
    } else {
      layout = try readLayout()
    }
    knownLayout = layout
    return layout
  }

  /// Whether the shape of this unit should be known to one that was narrowed to `kept`: because it
  /// is, because it costs no more than that of the rows, or because the rows of a run are asked for
  /// again and again.
  private func isWorthLayingOut(for kept: RowRuns) -> Bool {
    if knownLayout != nil { return true }
    guard parent == nil, isContiguous, let leaf = file.schema.leaf(.kind) else { return false }
    if mostPagesHold(kept) || cache.holds(shapeKey(leaf, asked: false)) { return true }
    let asked = shapeKey(leaf, asked: true)
    if cache.holds(asked) { return hasRoom(leaf) }
    cache.store(true, for: asked, costBytes: 64)
    return false
  }

  private func shapeKey(_ leaf: Leaf, asked: Bool) -> BoundedCache.Key {
    let (first, count) = (rows.bounds.lowerBound, rows.count)
    return BoundedCache.Key(
      file: file.file.serial, rowGroup: rowGroup, column: leaf.index,
      aspect: asked
        ? .shapeAsked(firstRow: first, rowCount: count)
        : .shape(firstRow: first, rowCount: count))
  }

  private func narrowedLayout(_ source: UnitLayout) -> UnitLayout {
    let resources = ColumnNarrower.ranges(pieces, source.resourceOffsets)
    let scopes = ColumnNarrower.ranges(resources, source.scopeOffsets)
    return UnitLayout(
      resourceOffsets: ColumnNarrower.offsets(pieces, inner: source.resourceOffsets),
      scopeOffsets: ColumnNarrower.offsets(resources, inner: source.scopeOffsets),
      spanOffsets: ColumnNarrower.offsets(scopes, inner: source.spanOffsets))
  }

  private func readLayout() throws(StorageError) -> UnitLayout {
    let shape = try cachedShape(of: .kind, depth: 3)
    return UnitLayout(resourceOffsets: shape[0], scopeOffsets: shape[1], spanOffsets: shape[2])
  }

  /// Offsets down to `depth`, kept between queries for contiguous rows.
  private func cachedShape(of column: TraceColumn, depth: Int) throws(StorageError) -> [[UInt32]] {
    guard let leaf = file.schema.leaf(column), leaf.maxRepetition >= depth else {
      throw StorageError.damaged(
        file: file.file.name, "has no column \(column.rawValue), or not nested as blocks nest it")
    }
    let key = shapeAspect.map {
      BoundedCache.Key(
        file: file.file.serial, rowGroup: rowGroup, column: leaf.index, aspect: $0)
    }
    if let key, let known = cache.value(key, as: [[UInt32]].self) { return known }
    let shape: [[UInt32]]
    do {
      shape = try file.file.column(leaf, rowGroup: rowGroup)
        .shape(rows: rows, depth: depth, statistics: statistics)
    } catch { throw StorageError.parquet(error) }
    if let key {
      cache.store(
        shape, for: key, costBytes: shape.reduce(0) { $0 + $1.count * 4 }, rank: .levels)
    }
    return shape
  }

  private var shapeAspect: BoundedCache.Aspect? {
    if isContiguous { return .shape(firstRow: rows.bounds.lowerBound, rowCount: rows.count) }
    return isFewRanges ? .shapeOfRanges(rows.ranges) : nil
  }

  /// Whether the rows are few that traces put together from several places have here: every query
  /// reads the same ones, and to get at each a page is decoded.
  var isFewRanges: Bool { parent == nil && rows.ranges.count <= 64 }

  package func offsets(of lane: TraceLane) throws(StorageError) -> [UInt32]? {
    if let known = knownOffsets[lane] { return known }
    if let parent, let source = parent.knownOffsets[lane] {
      let spans = try ColumnNarrower.ranges(pieces, parent.layout().spansOfTrace)
      let offsets = ColumnNarrower.offsets(spans, inner: source)
      knownOffsets[lane] = offsets
      return offsets
    }
    if lane == .link, let encoded = try encodedLinks() { return encoded.linkOffsets }
    // Nearly every page is read anyway: what the whole run gives serves the next query, too.
    if let parent, readsEverything, root.isContiguous, rows.count * 16 >= root.rows.count {
      parent.readsEverything = true
      return try parent.offsets(of: lane) == nil ? nil : offsets(of: lane)
    }
    let marker: TraceColumn =
      switch lane {
      case .event:
        file.schema.leaf(.eventDroppedAttributes) != nil ? .eventDroppedAttributes : .eventName
      default:
        file.schema.leaf(.linkDroppedAttributes) != nil ? .linkDroppedAttributes : .linkSpanID
      }
    guard file.schema.leaf(marker) != nil else { return nil }
    let offsets = try cachedShape(of: marker, depth: 4)[3]
    guard try offsets.count == layout().spanCount + 1 else {
      throw StorageError.damaged(
        file: file.file.name, "column \(marker.rawValue) disagrees about the number of spans")
    }
    knownOffsets[lane] = offsets
    return offsets
  }

  /// Elements of a lane, events and links included.
  func elementCount(of lane: TraceLane) throws(StorageError) -> Int {
    switch lane {
    case .trace: traceCount
    case .event, .link: try Int(offsets(of: lane)?.last ?? 0)
    default: try layout().count(of: lane)
    }
  }
}
