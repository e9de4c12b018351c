package import Engine

/// Series as tables: for people a row a series with a sparkline, for programs a row a sample.
package enum SeriesTable {
  /// A row per series; `series` as they are to be listed.
  package static func summary(
    _ series: [MetricsSeries], unit: MetricsUnit, sparkWidth: Int
  ) -> Table {
    let names = SeriesNames(series)
    var table = Table(columns: labelColumns(names.keys))
    table.columns.append(.init("Trend", key: "trend", isOptional: true))
    for title in ["Least", "Mean", "Most", "Last"] {
      table.columns.append(.init(title, key: title.lowercased(), alignment: .right))
    }
    for one in series {
      let present = one.samples.filter { !$0.isNaN }
      let mean = present.isEmpty ? Double.nan : present.reduce(0, +) / Double(present.count)
      let facts = [present.min(), mean, present.max(), present.last].map { value -> Cell in
        guard let value, !value.isNaN else { return .missing }
        return .text(unit.readable(value))
      }
      let trend = Sparkline.text(one.samples, width: sparkWidth)
      table.append(.init(labelCells(one, names.keys, .people) + [.text(trend)] + facts))
    }
    return table
  }

  /// A row per series of an instant query, with its value as a bar and as a number.
  package static func instant(
    _ series: [MetricsSeries], unit: MetricsUnit, barWidth: Int
  ) -> Table {
    let names = SeriesNames(series)
    var table = Table(columns: labelColumns(names.keys))
    table.columns.append(.init("Value", key: "value", alignment: .right))
    let values = series.map { $0.samples.first ?? .nan }
    let most = values.filter(\.isFinite).map(\.magnitude).max() ?? 0
    let hasBars = series.count > 1 && barWidth > 0 && values.allSatisfy { !($0 < 0) }
    if hasBars { table.columns.append(.init("", key: "bar", isOptional: true)) }
    for (one, value) in zip(series, values) where !value.isNaN {
      var cells = labelCells(one, names.keys, .people)
      cells.append(.text(unit.readable(value)))
      if hasBars { cells.append(.text(Bars.text(most > 0 ? value / most : 0, width: barWidth))) }
      table.append(.init(cells))
    }
    return table
  }

  /// The columns of `rows`: labels, then time (not of instant queries) and value.
  package static func columns(_ result: MetricsResult) -> [Table.Column] {
    var columns = SeriesNames(result.series).keys.map { Table.Column($0, key: $0) }
    if !result.window.isInstant { columns.append(.init("Time", key: "time")) }
    columns.append(.init("Value", key: "value", alignment: .right))
    return columns
  }

  /// A row for each sample there is of one series.
  package static func rows(
    _ series: MetricsSeries, keys: [String], window: MetricsWindow
  ) -> [Table.Row] {
    let labels = labelCells(series, keys, .programs)
    return series.samples.enumerated().compactMap { interval, sample in
      guard !sample.isNaN else { return nil }
      let time: [Cell] =
        window.isInstant ? [] : [.time(window.timestampNanoseconds(of: interval))]
      return Table.Row(labels + time + [.float(sample)])
    }
  }

  /// A row for each sample there is.
  package static func samples(_ result: MetricsResult) -> Table {
    let keys = SeriesNames(result.series).keys
    return Table(
      columns: columns(result),
      rows: result.series.flatMap { rows($0, keys: keys, window: result.window) })
  }

  private static func labelColumns(_ keys: [String]) -> [Table.Column] {
    keys.map { key in
      .init(key == "__name__" ? "Function" : SeriesNames.key(key), key: key, canShrink: true)
    }
  }

  private static func labelCells(
    _ series: MetricsSeries, _ keys: [String], _ readers: Table.Readers
  ) -> [Cell] {
    keys.map { key in
      guard let label = series.labels.first(where: { $0.key == key }) else { return .missing }
      // An empty cell would look like a label that is not there.
      if readers == .people, case .string("") = label.value { return .text("\"\"") }
      return Cell(label.value)
    }
  }
}
