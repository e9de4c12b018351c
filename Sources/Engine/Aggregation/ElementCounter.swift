import Columns
import Storage
import TraceQL

/// Counts the spans of whole elements at once: for functions that only count, in groups that whole
/// resources, scopes or traces belong to. Where these lie in one interval, as nearly all do, no
/// span is looked at by itself.
struct ElementCounter {
  let function: MetricsFunctionPlan
  let window: MetricsWindow

  /// A larger table of groups and intervals would not stay in the processor's cache.
  private static let cellsMax = 1 << 18

  /// The elements that spans are grouped by, all of one lane above them.
  private struct Groups {
    /// Element `e` owns spans `offsets[e]..<offsets[e + 1]`.
    var offsets: [UInt32]
    /// The first element of each trace.
    var ofTrace: [UInt32]
    /// The group of each element; nil: all are one.
    var ids: [UInt32]?
    var keys: [SeriesKey]
  }

  /// False, and nothing counted: spans have to be looked at one by one.
  func add(
    _ context: UnitContext, _ selected: Bitmap, starts: [Int64], to table: inout SeriesTable
  ) throws(StorageError) -> Bool {
    guard table.cells.kind == .counts, function.argument == nil, !function.isWeighted else {
      return false
    }
    let count = selected.populationCount
    // All spans get an interval: not where few of them count.
    guard count * 4 >= selected.count, let groups = try groups(context) else { return false }
    let n = window.intervalCount
    guard groups.keys.count * (n + 1) <= Self.cellsMax else { return false }
    let intervals = SpanIntervals(starts, in: selected, window)
    let counts = counted(groups, intervals)
    // A group none of whose spans count is no series.
    let met = groups.keys.indices.filter { group in
      counts[group * (n + 1)..<group * (n + 1) + n].contains { $0 != 0 }
    }
    var rowOf = [Int](repeating: -1, count: groups.keys.count)
    for (group, row) in zip(met, table.rows(of: met.map { groups.keys[$0] })) {
      guard let row else { continue }
      rowOf[group] = row
      for (interval, cell) in table.cells.cells(of: row).enumerated() {
        table.cells.counts[cell] += Double(counts[group * (n + 1) + interval])
      }
    }
    guard table.exemplars.isWanted else { return true }
    try ExemplarPicker(function: function, window: window).offer(
      .intervals(intervals), values: nil, starts: starts, context, to: &table
    ) { trace, span, _ in
      guard let ids = groups.ids else { return rowOf[0] }
      var element = Int(groups.ofTrace[trace])
      while Int(groups.offsets[element + 1]) <= span { element += 1 }
      return rowOf[Int(ids[element])]
    }
    return true
  }

  /// Spans of each group in each interval, and after these those that do not count.
  private func counted(_ groups: Groups, _ intervals: SpanIntervals) -> [UInt32] {
    let width = window.intervalCount + 1
    var counts = [UInt32](repeating: 0, count: groups.keys.count * width)
    counts.withUnsafeMutableBufferPointer { counts in
      guard let ids = groups.ids else {
        return intervals.forEachPiece(of: groups.offsets) { _, spanCount, interval in
          counts[interval] &+= UInt32(truncatingIfNeeded: spanCount)
        }
      }
      ids.withUnsafeBufferPointer { ids in
        intervals.forEachPiece(of: groups.offsets) { element, spanCount, interval in
          counts[Int(ids[element]) &* width &+ interval] &+= UInt32(truncatingIfNeeded: spanCount)
        }
      }
    }
    return counts
  }

  /// nil: the fields do not all belong to one lane above spans.
  private func groups(_ context: UnitContext) throws(StorageError) -> Groups? {
    guard let lane = function.groupBy.first?.laneAbove else {
      guard function.groupBy.isEmpty else { return nil }
      return Groups(
        offsets: context.layout.spansOfTrace, ofTrace: [], ids: nil,
        keys: [SeriesKey(values: [])])
    }
    guard function.groupBy.allSatisfy({ $0.laneAbove == lane }),
      let offsets = context.layout.spanOffsets(below: lane)
    else { return nil }
    var ids = [UInt32](repeating: 0, count: offsets.count - 1)
    var keys = [SeriesKey(values: [])]
    for field in function.groupBy {
      guard let codes = try context.laneCodes(field), codes.lane == lane else { return nil }
      keys = try CellKernels.keys(&ids, keys, codes.codes, codes.book) { () throws(StorageError) in
        try context.unit.checkpoint(taking: 0)
      }
    }
    return Groups(
      offsets: offsets, ofTrace: context.layout.elementsOfTrace(lane), ids: ids, keys: keys)
  }
}

extension Field {
  /// The lane above spans that the field belongs to; nil: another, or it depends on the span.
  fileprivate var laneAbove: TraceLane? {
    let lane: TraceLane?
    switch self {
    case .attribute(let attribute): lane = attribute.scope.storage?.lane
    case .intrinsic(let intrinsic): lane = intrinsic.column?.lane
    }
    switch lane {
    case .trace, .resource, .scope: return lane
    case .span, .event, .link, nil: return nil
    }
  }
}
