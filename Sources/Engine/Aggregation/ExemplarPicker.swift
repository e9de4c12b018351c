import Columns
import Storage
import TraceQL

/// Offers one span of each trace to the table of exemplars.
struct ExemplarPicker {
  let function: MetricsFunctionPlan
  let window: MetricsWindow

  /// A span that is to stand at a place of the table, unless a later one takes it.
  private struct Claim {
    var series: Int
    var slot: Int
    var trace: Int
    /// Among the observed spans.
    var index: Int
    var start: UInt64
  }

  /// The observed spans of a unit.
  enum Observed {
    /// Ascending.
    case rows([UInt32])
    case intervals(SpanIntervals)
  }

  /// `values` has one entry for each observed span. `series` says which series span `index` of
  /// them is in, or -1: trace, span, index.
  @inline(__always)
  func offer(
    _ observed: Observed, values: [Double]?, starts: [Int64], _ context: UnitContext,
    to table: inout SeriesTable, series: (Int, Int, Int) -> Int
  ) throws(StorageError) {
    guard case .text(let ids)? = try context.unit.column(.traceID) else { return }
    let slots = slots(table.exemplars)
    let offsets = context.layout.spansOfTrace
    let hashes = CellKernels.hashes(ids)
    var claims: [Claim] = []
    var bounds = table.exemplars.bounds(rowCount: table.keys.count)
    func consider(_ trace: Int, _ span: Int, _ index: Int) {
      let start = UInt64(bitPattern: starts[span])
      let slot = Int(slots.interval(of: start))
      if hashes[trace] >= bounds.ofSlot[slot] { return }
      let number = series(trace, span, index)
      // Its series may have found no place.
      if number < 0 { return }
      if table.exemplars.claim(number, slot, hashes[trace]) {
        claims.append(
          Claim(series: number, slot: slot, trace: trace, index: index, start: start))
      }
    }
    switch observed {
    case .rows(let rows):
      var isObserved = Bitmap(count: context.spanCount)
      isObserved.insert(rows)
      let marks = PaddedBits(isObserved)
      var next = 0
      for trace in hashes.indices {
        let count = marks.count(in: Int(offsets[trace])..<Int(offsets[trace + 1]))
        if count == 0 { continue }
        let first = next
        next += count
        renew(&bounds, before: trace, table)
        if hashes[trace] >= bounds.loosest { continue }
        let index = first + Self.choice(hashes[trace], of: count)
        consider(trace, Int(rows[index]), index)
      }
    case .intervals(let intervals):
      precondition(values == nil, "spans with values are listed")
      for trace in hashes.indices {
        renew(&bounds, before: trace, table)
        if hashes[trace] >= bounds.loosest { continue }
        let spans = Int(offsets[trace])..<Int(offsets[trace + 1])
        let count = intervals.count(in: spans)
        if count == 0 { continue }
        let index = Self.choice(hashes[trace], of: count)
        consider(trace, intervals.span(index, in: spans), index)
      }
    }
    let keys = table.keys
    for claim in claims {
      let value = values?[claim.index]
      table.exemplars.fill(claim.series, claim.slot, hashes[claim.trace]) {
        MetricsExemplar(
          labels: labels(ids.bytes(at: claim.trace), keys[claim.series], value),
          value: exemplarValue(value), timestampNanoseconds: claim.start)
      }
    }
  }

  /// Most traces are told by their hash alone that nothing is free for them, as long as the bounds
  /// keep up with what has been claimed.
  @inline(__always)
  private func renew(
    _ bounds: inout ExemplarTable.Bounds, before trace: Int, _ table: SeriesTable
  ) {
    if trace & 4_095 == 4_095 {
      bounds = table.exemplars.bounds(rowCount: table.keys.count)
    }
  }

  /// Which of `count` spans stands for a trace: not always the first, or one series would have them
  /// all. Other bits decide than those by which traces are chosen.
  @inline(__always)
  private static func choice(_ hash: UInt64, of count: Int) -> Int {
    let mixed = hash &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed.multipliedFullWidth(by: UInt64(count)).high)
  }

  /// The slots of time that exemplars of a series are spread over.
  private func slots(_ table: ExemplarTable) -> IntervalStep {
    let count = UInt64(table.slotCount)
    let length = window.endNanoseconds - window.startNanoseconds
    return IntervalStep(window, length: max(1, (length + count - 1) / count), count: count)
  }

  /// NaN where the value will be that of the sample.
  private func exemplarValue(_ value: Double?) -> Double {
    switch function.kind {
    case .rate, .count, .histogram, .compare: .nan
    default: value.map { function.argument?.isDuration == true ? $0 / 1e9 : $0 } ?? .nan
    }
  }

  private func labels(_ traceID: [UInt8], _ key: SeriesKey, _ value: Double?) -> [NamedValue] {
    let id = String(
      decoding: IdentifierText.stripped(IdentifierText.hex(traceID[...])), as: UTF8.self)
    var labels = [NamedValue(key: "trace:id", value: .string(id))]
    for (field, value) in zip(function.groupBy, key.values) where value != .nil {
      labels.append(NamedValue(key: field.description, value: value.label))
    }
    if let argument = function.argument, let value, !function.groupBy.contains(argument) {
      let shown: Value =
        argument.isDuration
        ? .duration(Int64(exactly: value.rounded()) ?? .max)
        : Int64(exactly: value).map { .int($0) } ?? .float(value)
      labels.append(NamedValue(key: argument.description, value: shown.label))
    }
    return labels
  }
}
