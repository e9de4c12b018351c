import Columns
import Storage
import TraceQL

/// Adds every attribute of the observed spans of a unit to a comparison (traceql-metrics.md 9).
struct ComparisonAggregator {
  let function: MetricsFunctionPlan
  let comparison: ComparisonPlan
  let window: MetricsWindow
  var recorder: UnitRecorder?

  /// The observed spans and what each counts for.
  struct Spans {
    var rows: [UInt32]
    /// `side · intervalCount + interval`.
    var cells: [UInt32]
    var weights: [Double]?

    func weight(_ index: Int) -> Double { weights.map { $0[index] } ?? 1 }

    /// Counts the value of each span; code 0: it has none.
    func count(
      _ codes: [UInt32], _ book: CodeBook, as label: String, _ table: inout ComparisonTable
    ) {
      var values = [Int32](repeating: -1, count: book.count)
      var attribute: Int?
      for (i, code) in codes.enumerated() where code != 0 {
        let number = attribute ?? table.attribute(label)
        attribute = number
        if values[Int(code)] == -1 {
          values[Int(code)] =
            table.value(book.value(of: code), of: number).map { Int32($0) } ?? -2
        }
        let value = values[Int(code)]
        table.add(
          weight(i), attribute: number, value: value < 0 ? nil : Int(value), cell: Int(cells[i]))
      }
    }
  }

  /// Intrinsics that are compared; times, durations, IDs and tree numbers are not.
  private static let intrinsics: [Intrinsic] = [
    .name, .status, .statusMessage, .kind, .rootName, .rootServiceName, .childCount,
    .instrumentationName, .instrumentationVersion, .eventName,
  ]

  func add(
    _ unit: any SpanUnit, traces: Bitmap, to table: inout ComparisonTable
  ) throws(StorageError) {
    guard
      let matches = try UnitSearch(plan: function.search, recorder: recorder)
        .run(unit, traces: traces)
    else { return }
    for layer in matches.layers {
      let context = matches.context
      context.unit.readsEverything = true
      let spans = try observed(context, layer.selected)
      if spans.rows.isEmpty { continue }
      for intrinsic in Self.intrinsics {
        try context.unit.checkpoint(taking: 0)
        try add(intrinsic, spans, context, &table)
      }
      for scope in AttributeScope.allCases {
        try context.unit.checkpoint(taking: 0)
        let owners = try SpansOfElements(scope.lane, spans.rows, context)
        try AttributeTally(scope: scope, spans: spans, owners: owners, context: context)
          .add(to: &table)
      }
      try offerExemplars(spans, context, &table)
    }
    table.cut()
  }

  private func observed(
    _ context: UnitContext, _ selected: Bitmap
  ) throws(StorageError) -> Spans {
    guard case .int64(let starts)? = try context.unit.column(.spanStart) else {
      return Spans(rows: [], cells: [])
    }
    let (rows, intervals) = CellKernels.intervals(of: starts, in: selected, window)
    let chosen = try StageRunner(context: context, filters: [comparison.filter], known: [:])
      .evaluate(comparison.filter, in: selected)
    var spans = Spans(rows: rows, cells: intervals)
    for (i, row) in rows.enumerated() where chosen[Int(row)] {
      let start = UInt64(bitPattern: starts[Int(row)])
      if comparison.range.map({ $0.contains(start) }) ?? true {
        spans.cells[i] += UInt32(window.intervalCount)
      }
    }
    if function.isWeighted { spans.weights = try context.samplingWeights(rows) }
    return spans
  }

  private func add(
    _ intrinsic: Intrinsic, _ spans: Spans, _ context: UnitContext,
    _ table: inout ComparisonTable
  ) throws(StorageError) {
    let (codes, book) = try context.codes(of: .intrinsic(intrinsic), spans.rows)
    spans.count(codes, book, as: intrinsic.rawValue, &table)
  }

  private func offerExemplars(
    _ spans: Spans, _ context: UnitContext, _ table: inout ComparisonTable
  ) throws(StorageError) {
    guard table.exemplars.isWanted else { return }
    // The sides are the series here.
    var sides = SeriesTable(
      kind: .counts, intervalCount: window.intervalCount, rowsMax: 2, exemplars: table.exemplars)
    _ = sides.rows(
      of: ComparisonTable.Side.allCases.map { SeriesKey(values: [.int(Int64($0.rawValue))]) })
    guard case .int64(let starts)? = try context.unit.column(.spanStart) else { return }
    let n = window.intervalCount
    try ExemplarPicker(function: function, window: window).offer(
      .rows(spans.rows), values: nil, starts: starts, context, to: &sides
    ) { _, _, index in Int(spans.cells[index]) / n }
    table.exemplars = sides.exemplars
  }
}

/// Which of the observed spans belong to each element of a lane: those below it, or the one above.
struct SpansOfElements {
  /// By element: observed spans `offsets[e]..<offsets[e + 1]`; nil where every element has one.
  private let offsets: [UInt32]?
  /// By element: its observed span, or -1.
  private let spanOf: [Int32]

  init(_ lane: TraceLane, _ rows: [UInt32], _ context: UnitContext) throws(StorageError) {
    let layout = context.layout
    switch lane {
    case .trace, .resource, .scope:
      let spans =
        lane == .scope
        ? layout.spanOffsets : lane == .resource ? layout.spansOfResource : layout.spansOfTrace
      var next: UInt32 = 0
      offsets = spans.map { start in
        while Int(next) < rows.count, rows[Int(next)] < start { next += 1 }
        return next
      }
      spanOf = []
    case .span, .event, .link:
      var spanOf = [Int32](repeating: -1, count: layout.spanCount)
      for (i, row) in rows.enumerated() { spanOf[Int(row)] = Int32(truncatingIfNeeded: i) }
      if lane != .span, let below = try context.unit.offsets(of: lane) {
        spanOf = UnitLayout.owners(below).map { spanOf[Int($0)] }
      }
      self.spanOf = spanOf
      offsets = nil
    }
  }

  /// The elements that have any.
  func marked(of elementCount: Int) -> Bitmap {
    var result = Bitmap(count: elementCount)
    for element in 0..<elementCount where !spans(element).isEmpty { result[element] = true }
    return result
  }

  /// The observed spans of an element.
  @inline(__always)
  func spans(_ element: Int) -> Range<Int> {
    guard let offsets else {
      guard element < spanOf.count, spanOf[element] >= 0 else { return 0..<0 }
      return Int(spanOf[element])..<Int(spanOf[element]) + 1
    }
    return Int(offsets[element])..<Int(offsets[element + 1])
  }
}
