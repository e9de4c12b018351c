import Columns
import Storage
import TraceQL

/// Offers one span of each trace to the table of exemplars.
struct ExemplarPicker {
  let function: MetricsFunctionPlan
  let window: MetricsWindow

  /// `cells` says which series each of `rows` belongs to.
  func offer(
    _ rows: [UInt32], cells: [UInt32], values: [Double]?, starts: [Int64],
    _ context: UnitContext, to table: inout SeriesTable
  ) throws(StorageError) {
    guard case .text(let ids)? = try context.unit.column(.traceID) else { return }
    let slotCount = UInt64(table.exemplars.slotCount)
    let length = window.endNanoseconds - window.startNanoseconds
    let slotLength = max(1, (length + slotCount - 1) / slotCount)
    let offsets = context.layout.spansOfTrace
    let hashes = CellKernels.hashes(ids)
    var next = 0
    var trace = 0
    while next < rows.count {
      while offsets[trace + 1] <= rows[next] { trace += 1 }
      var end = next + 1
      while end < rows.count, rows[end] < offsets[trace + 1] { end += 1 }
      let hash = hashes[trace]
      // Which span stands for the trace: not always the first, or one series would have them all.
      let chosen = next + Int(hash % UInt64(end - next))
      let start = UInt64(bitPattern: starts[Int(rows[chosen])])
      let row = Int(cells[chosen]) / window.intervalCount
      let slot = Int((start - window.startNanoseconds - 1) / slotLength)
      if table.exemplars.wants(row, slot, hash) {
        let exemplar = MetricsExemplar(
          labels: labels(ids.bytes(at: trace), table.keys[row], values?[chosen]),
          value: exemplarValue(values?[chosen]), timestampNanoseconds: start)
        table.exemplars.insert(row, slot, ExemplarTable.Entry(exemplar: exemplar, hash: hash))
      }
      next = end
    }
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
