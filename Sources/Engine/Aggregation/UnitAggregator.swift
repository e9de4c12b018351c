import Columns
import Storage
import TraceQL

/// Adds what one function makes of the spans of a unit to its table: column by column, with no
/// object for any span.
struct UnitAggregator {
  let function: MetricsFunctionPlan
  let window: MetricsWindow
  var recorder: UnitRecorder?

  /// The observed spans, and what is known of each; all arrays have one entry a span.
  private struct Observations {
    var rows: [UInt32]
    /// The interval of each span, then its cell.
    var cells: [UInt32]
    /// What the function computes with; nil where it only counts.
    var values: [Double]?
    var weights: [Double]?

    mutating func keep(where isKept: (Int) -> Bool) {
      let kept = rows.indices.filter(isKept)
      if kept.count == rows.count { return }
      rows = kept.map { rows[$0] }
      cells = kept.map { cells[$0] }
      if let all = values { values = kept.map { all[$0] } }
      if let all = weights { weights = kept.map { all[$0] } }
    }
  }

  /// `traces`: which traces of the unit to look at.
  func add(
    _ unit: any SpanUnit, traces: Bitmap, to table: inout SeriesTable
  ) throws(StorageError) {
    guard
      let matches = try UnitSearch(plan: function.search, recorder: recorder)
        .run(unit, traces: traces)
    else { return }
    // A span is observed once in each spanset it is in.
    for layer in matches.layers { try add(matches.context, layer.selected, to: &table) }
  }

  private func add(
    _ context: UnitContext, _ selected: Bitmap, to table: inout SeriesTable
  ) throws(StorageError) {
    guard case .int64(let starts)? = try context.unit.column(.spanStart) else { return }
    let counter = ElementCounter(function: function, window: window)
    if try counter.add(context, selected, starts: starts, to: &table) { return }
    let (rows, intervals) = CellKernels.intervals(of: starts, in: selected, window)
    var spans = Observations(rows: rows, cells: intervals)
    if let argument = function.argument, !rows.isEmpty {
      let values = try context.numbers(of: argument, rows)
      spans.values = values
      if CellKernels.containsNaN(values) { spans.keep { !values[$0].isNaN } }
    }
    if spans.rows.isEmpty { return }
    if function.isWeighted { spans.weights = try context.samplingWeights(spans.rows) }
    try assignCells(&spans, context, &table)
    if spans.rows.isEmpty { return }
    try context.unit.checkpoint(taking: 0)
    accumulate(spans, &table.cells)
    guard table.exemplars.isWanted else { return }
    let n = window.intervalCount
    try ExemplarPicker(function: function, window: window).offer(
      .rows(spans.rows), values: spans.values, starts: starts, context, to: &table
    ) { _, _, index in Int(spans.cells[index]) / n }
  }

  // MARK: Groups

  /// Turns intervals into cells: the span's series, found by the values it is grouped by.
  private func assignCells(
    _ spans: inout Observations, _ context: UnitContext, _ table: inout SeriesTable
  ) throws(StorageError) {
    var groups = [UInt32](repeating: 0, count: spans.rows.count)
    var keys = [SeriesKey(values: [])]
    for field in function.groupBy {
      try context.unit.checkpoint(taking: 0)
      let (codes, book) = try context.codes(of: field, spans.rows)
      keys = try CellKernels.keys(&groups, keys, codes, book) { () throws(StorageError) in
        try context.unit.checkpoint(taking: 0)
      }
    }
    if function.usesBuckets, let values = spans.values {
      let pairs = CellKernels.combine(
        &groups, idCount: keys.count, PowerBucket.codes(of: values),
        codeCount: PowerBucket.codeCount)
      keys = pairs.map { pair in
        SeriesKey(values: keys[Int(pair.id)].values, bucket: PowerBucket(code: pair.code))
      }
    }
    try context.unit.checkpoint(taking: 0)
    let rows = try table.rows(of: keys) { () throws(StorageError) in
      try context.unit.checkpoint(taking: 0)
    }.map { $0.map { UInt32($0) } ?? .max }
    if rows.contains(.max) {
      let all = groups
      spans.keep { rows[Int(all[$0])] != .max }
      groups = all.filter { rows[Int($0)] != .max }
    }
    CellKernels.cells(
      groups: groups, rowOfGroup: rows, &spans.cells, intervalCount: window.intervalCount)
  }

  // MARK: Cells

  private func accumulate(_ spans: Observations, _ table: inout CellTable) {
    guard table.kind != .counts, let values = spans.values else {
      return CellKernels.count(spans.cells, weights: spans.weights, into: &table.counts)
    }
    switch table.kind {
    case .counts: break
    case .minima:
      for (cell, value) in zip(spans.cells, values) {
        table.values[Int(cell)] = CellTable.least(table.values[Int(cell)], value)
      }
    case .maxima:
      for (cell, value) in zip(spans.cells, values) {
        table.values[Int(cell)] = CellTable.greatest(table.values[Int(cell)], value)
      }
    case .sums:
      CellKernels.count(spans.cells, weights: spans.weights, into: &table.counts)
      for (i, cell) in spans.cells.enumerated() {
        let value = spans.weights.map { $0[i] * values[i] } ?? values[i]
        DoubleDouble.add(value, &table.values[Int(cell)], &table.remainders[Int(cell)])
      }
    case .sketches:
      guard let weights = spans.weights else {
        let cellCount = table.sketches.count
        let (sorted, offsets) = CellKernels.sorted(values, by: spans.cells, cellCount)
        for cell in 0..<cellCount where offsets[cell] < offsets[cell + 1] {
          table.sketches[cell].add(sorted[Int(offsets[cell])..<Int(offsets[cell + 1])])
        }
        return
      }
      for (i, cell) in spans.cells.enumerated() {
        table.sketches[Int(cell)].add(values[i], weight: weights[i])
      }
    }
  }
}

extension PowerBucket {
  /// Codes of all buckets are less.
  static let codeCount = 2_102

  /// Buckets as small numbers; the least for numbers up to 0.
  static func codes(of values: [Double]) -> [UInt32] {
    values.map { value in
      let bucket = PowerBucket(of: value)
      return bucket == .notPositive ? 0 : UInt32(bucket.exponent + 1_076)
    }
  }

  init(code: UInt32) {
    self = code == 0 ? .notPositive : PowerBucket(exponent: Int32(code) - 1_076)
  }
}
