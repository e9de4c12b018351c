import Columns
import Parquet
import Storage
import Synchronization

/// Units of the items of a scan.
extension Scan {
  /// Whether the item holds fragments whose results are merged with those of others: these are
  /// wanted however old they are, as another fragment of the trace may be listed.
  func hasLooseTraces(_ item: ScanItem) -> Bool {
    switch item {
    case .rows(let item):
      shared.looseRows(item.source, item.rowGroup, in: item.rows).map { !$0.isEmpty } ?? false
    case .shared(let traces): traces.contains(where: \.isLoose)
    }
  }

  func prepare(
    _ item: ScanItem, _ recorder: UnitRecorder?
  ) throws(StorageError) -> Work? {
    try recorder.measure(
      .prepare, rowsIn: item.traceCount, rowsOut: { $0?.traces.populationCount ?? 0 },
      run: { () throws(StorageError) in
        let statistics = recorder?.statistics ?? statistics
        var work: Work?
        switch item {
        case .rows(let item): work = try rows(item, statistics)
        case .shared(let traces): work = try merged(traces, statistics)
        }
        work?.recorder = recorder
        return work
      })
  }

  private func rows(
    _ item: ScanItem.RowItem, _ statistics: ReadStatistics
  ) throws(StorageError) -> Work? {
    let unit = BlockUnit(
      file: sources[item.source].file, rowGroup: item.rowGroup, rows: RowRuns(item.rows),
      cache: cache, statistics: statistics.part())
    guard try condition.mayHold(in: unit) else { return nil }
    var traces = Bitmap(count: item.rows.count, filled: true)
    if let merged = shared.mergedRows(item.source, item.rowGroup, in: item.rows) {
      traces.subtract(merged)
    }
    let source = sources[item.source]
    progress.spansInspected.wrappingAdd(source.spanCount(of: item), ordering: .relaxed)
    var isCut = false
    if let range = options.timeRange, !source.isInside(range, rowGroup: item.rowGroup) {
      isCut = found != nil
      if !isCut { try restrict(&traces, unit) }
    }
    if traces.isEmpty { return nil }
    return Work(
      unit: unit, traces: traces,
      looseTraces: shared.looseRows(item.source, item.rowGroup, in: item.rows),
      source: item.source, isCut: isCut)
  }

  /// Puts traces together from the places they lie in.
  private func merged(
    _ traces: [SharedTrace], _ statistics: ReadStatistics
  ) throws(StorageError) -> Work? {
    struct Place: Hashable {
      var source: Int
      var rowGroup: Int
    }
    var rowsAt: [Place: [Int]] = [:]
    for fragment in traces.lazy.flatMap(\.fragments) {
      rowsAt[Place(source: fragment.source, rowGroup: fragment.rowGroup), default: []]
        .append(fragment.row)
    }
    let places = rowsAt.keys.sorted { ($0.source, $0.rowGroup) < ($1.source, $1.rowGroup) }
    var numbers: [Place: (source: Int, traceOf: [Int: Int])] = [:]
    var units: [BlockUnit] = []
    let statistics = statistics.part()
    for place in places {
      let rows = (rowsAt[place] ?? []).sorted()
      var runs = RowRuns()
      for row in rows { runs.append(row..<row + 1) }
      numbers[place] = (
        units.count, Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
      )
      units.append(
        BlockUnit(
          file: sources[place.source].file, rowGroup: place.rowGroup, rows: runs, cache: cache,
          statistics: statistics))
    }
    let pieces = traces.map { trace in
      trace.fragments.compactMap { fragment -> TracePiece? in
        guard
          let place = numbers[Place(source: fragment.source, rowGroup: fragment.rowGroup)],
          let number = place.traceOf[fragment.row]
        else { return nil }
        return TracePiece(source: place.source, trace: number)
      }
    }
    let unit = MergedUnit(sources: units, traces: pieces)
    var kept = Bitmap(count: traces.count, filled: true)
    progress.spansInspected.wrappingAdd(try unit.layout().spanCount, ordering: .relaxed)
    try restrict(&kept, unit)
    if kept.isEmpty { return nil }
    let isLoose = traces.contains(where: \.isLoose)
    return Work(
      unit: unit, traces: kept,
      looseTraces: isLoose ? Bitmap(count: traces.count, filled: true) : nil,
      source: traces[0].fragments[0].source)
  }

  /// Drops traces outside the time range.
  func restrict(_ traces: inout Bitmap, _ unit: any SpanUnit) throws(StorageError) {
    guard let range = options.timeRange, case .int64(let starts)? = try unit.column(.traceStart),
      case .int64(let ends)? = try unit.column(.traceEnd)
    else { return }
    for trace in 0..<traces.count where traces[trace] {
      let start = UInt64(bitPattern: starts[trace])
      let end = UInt64(bitPattern: ends[trace])
      if start > range.upperBound || end < range.lowerBound { traces[trace] = false }
    }
  }
}
