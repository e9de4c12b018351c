import Columns
import Parquet
import Storage

/// One file of one block, opened: where rows come from.
struct ScanSource: Sendable {
  var block: Int
  var file: BlockFile
  /// Rows in ascending order of trace IDs, each once.
  var isSorted: Bool
  /// The row groups to look at: all but those left out as damaged.
  var rowGroups: [Int]
}

extension ScanSource {
  /// About as many spans as the rows have, by the footer alone; all runs of a row group together
  /// have as many as it has.
  func spanCount(of item: ScanItem.RowItem) -> Int {
    let group = file.file.rowGroups[item.rowGroup]
    let spans = file.schema.leaf(.kind).map { group.chunks[$0.index].valueCount } ?? 0
    let rowCount = Double(max(1, group.rowCount))
    func before(_ row: Int) -> Int { Int(Double(spans) * Double(row) / rowCount) }
    return before(item.rows.upperBound) - before(item.rows.lowerBound)
  }

  /// Whether no trace of a row group starts after the range or ends before it, by the bounds of its
  /// columns.
  func isInside(_ range: ClosedRange<UInt64>, rowGroup: Int) -> Bool {
    func bounds(_ column: TraceColumn) -> ClosedRange<Int64>? {
      guard let leaf = file.schema.leaf(column),
        case .int64(let bounds)? = file.file.column(leaf, rowGroup: rowGroup).bounds
      else { return nil }
      return bounds
    }
    guard let starts = bounds(.traceStart), let ends = bounds(.traceEnd),
      // Bounds are in the order of signed numbers.
      starts.lowerBound >= 0, ends.lowerBound >= 0
    else { return false }
    return UInt64(starts.upperBound) <= range.upperBound
      && UInt64(ends.lowerBound) >= range.lowerBound
  }
}

/// A piece of work that one worker does alone.
enum ScanItem: Sendable {
  /// A run of rows of one row group.
  case rows(RowItem)
  /// Traces that lie in several places, to be put together first.
  case shared([SharedTrace])

  struct RowItem: Sendable {
    var source: Int
    var rowGroup: Int
    var rows: Range<Int>
    /// No trace in these rows starts later.
    var latestStart: UInt64
  }

  var traceCount: Int {
    switch self {
    case .rows(let item): item.rows.count
    case .shared(let traces): traces.count
    }
  }

  /// No trace of this item starts later.
  var latestStart: UInt64 {
    switch self {
    case .rows(let item): item.latestStart
    case .shared: .max
    }
  }
}

/// Cuts row groups into runs of rows: enough of them to keep every worker busy, small enough to fit
/// in memory, newest first.
struct ScanPartitioner {
  var threadCount: Int
  /// Few results are wanted: small runs let the newest traces settle the answer early.
  var stopsEarly: Bool
  /// What all workers together may hold.
  var memoryBytesMax: Int

  /// Spans of one run: a run's columns and what is derived from them take some hundred bytes a
  /// span.
  private var spansPerItemMax: Int {
    let bytesPerSpan = 400
    return min(200_000, max(5_000, memoryBytesMax / (max(1, threadCount) * bytesPerSpan)))
  }

  func items(_ sources: [ScanSource]) -> [ScanItem] {
    var items: [ScanItem.RowItem] = []
    let groups = sources.reduce(0) { $0 + $1.rowGroups.count }
    // The same for every kind of query, so that what is kept of a run's structure serves them all.
    let wanted = threadCount * 4
    for (index, source) in sources.enumerated() {
      for rowGroup in source.rowGroups {
        let group = source.file.file.rowGroups[rowGroup]
        let spans = source.file.schema.leaf(.kind).map { group.chunks[$0.index].valueCount } ?? 0
        let byMemory = (spans + spansPerItemMax - 1) / spansPerItemMax
        let bySharing = threadCount == 1 && !stopsEarly ? 1 : (wanted + groups - 1) / max(1, groups)
        let parts = max(1, byMemory, min(bySharing, spans / 20_000))
        let latest = latestStart(source, rowGroup)
        for part in 0..<parts {
          let rows = group.rowCount * part / parts..<group.rowCount * (part + 1) / parts
          if rows.isEmpty { continue }
          items.append(
            ScanItem.RowItem(source: index, rowGroup: rowGroup, rows: rows, latestStart: latest))
        }
      }
    }
    items.sort {
      ($0.latestStart, $1.source, $1.rowGroup, $1.rows.lowerBound)
        > ($1.latestStart, $0.source, $0.rowGroup, $0.rows.lowerBound)
    }
    return items.map { .rows($0) }
  }

  private func latestStart(_ source: ScanSource, _ rowGroup: Int) -> UInt64 {
    guard let leaf = source.file.schema.leaf(.traceStart),
      case .int64(let bounds)? = source.file.file.column(leaf, rowGroup: rowGroup).bounds
    else { return .max }
    return UInt64(bitPattern: bounds.upperBound)
  }
}
