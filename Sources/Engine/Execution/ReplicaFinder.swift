import Columns
import Parquet
import Storage

/// Finds fragments that repeat another fragment of their trace span for span, as replicas do: they
/// add nothing, so the trace need not be put together at all.
struct ReplicaFinder {
  let sources: [ScanSource]
  let cache: BoundedCache
  let statistics: ReadStatistics

  /// Traces compared at a time: their IDs are in memory together.
  private static let tracesAtATime = 16_384

  /// The span IDs and kinds of some rows.
  private struct Rows {
    var layout: UnitLayout
    var ids: TextColumn
    var kinds: [Int64]
    var traceOf: [Int: Int]
  }

  private struct Place: Hashable {
    var source: Int
    var rowGroup: Int
  }

  /// For each trace, which of its fragments hold just the spans of its first, in the same order.
  func replicas(_ traces: [SharedTrace]) throws(StorageError) -> [[Bool]] {
    var result: [[Bool]] = []
    result.reserveCapacity(traces.count)
    for start in stride(from: 0, to: traces.count, by: Self.tracesAtATime) {
      let batch = traces[start..<min(start + Self.tracesAtATime, traces.count)]
      let rows = try read(batch)
      for trace in batch {
        result.append(
          trace.fragments.indices.map { i in
            i > 0 && isReplica(trace.fragments[i], of: trace.fragments[0], rows)
          })
      }
    }
    return result
  }

  private func read(_ traces: ArraySlice<SharedTrace>) throws(StorageError) -> [Place: Rows] {
    var wanted: [Place: [Int]] = [:]
    for fragment in traces.lazy.flatMap(\.fragments) {
      wanted[Place(source: fragment.source, rowGroup: fragment.rowGroup), default: []]
        .append(fragment.row)
    }
    var result: [Place: Rows] = [:]
    for (place, rows) in wanted {
      let rows = rows.sorted()
      var runs = RowRuns()
      for row in rows { runs.append(row..<row + 1) }
      let unit = BlockUnit(
        file: sources[place.source].file, rowGroup: place.rowGroup, rows: runs, cache: cache,
        statistics: statistics)
      guard case .text(let ids)? = try unit.column(.spanID),
        case .int64(let kinds)? = try unit.column(.kind)
      else { continue }
      result[place] = Rows(
        layout: try unit.layout(), ids: ids, kinds: kinds,
        traceOf: Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) }))
    }
    return result
  }

  private func isReplica(
    _ fragment: SharedTrace.Fragment, of first: SharedTrace.Fragment, _ rows: [Place: Rows]
  ) -> Bool {
    guard let a = rows[Place(source: first.source, rowGroup: first.rowGroup)],
      let b = rows[Place(source: fragment.source, rowGroup: fragment.rowGroup)],
      let traceA = a.traceOf[first.row], let traceB = b.traceOf[fragment.row]
    else { return false }
    let spansA = a.layout.spans(of: traceA)
    let spansB = b.layout.spans(of: traceB)
    guard spansA.count == spansB.count else { return false }
    for (x, y) in zip(spansA, spansB) {
      guard a.kinds[x] == b.kinds[y], a.ids.isEqual(x, b.ids, y) else { return false }
    }
    return true
  }
}

extension TextColumn {
  /// Whether value `row` is value `otherRow` of another column, byte for byte.
  fileprivate func isEqual(_ row: Int, _ other: TextColumn, _ otherRow: Int) -> Bool {
    let range = table.range(of: Int(codes[row]))
    let otherRange = other.table.range(of: Int(other.codes[otherRow]))
    guard range.count == otherRange.count else { return false }
    var offset = 0
    while offset < range.count {
      if table.bytes[range.lowerBound &+ offset]
        != other.table.bytes[otherRange.lowerBound &+ offset]
      {
        return false
      }
      offset &+= 1
    }
    return true
  }
}
