package import Engine
package import TraceQL

/// The answer to a metrics query as a terminal shows it: a chart, a heat map, bars, a comparison,
/// or a table with a sparkline for each series.
package struct MetricsReport {
  package enum Form: Sendable { case picture, table }

  package var result: MetricsResult
  package var expression: MetricsExpression
  /// Columns of the terminal; nil when the output has no width.
  package var width: Int?
  package var style: TextStyle
  package var zone: CivilTime.Zone
  /// Series, groups or rows shown at most; 0 for all, nil for as many as are pleasant.
  package var limit: Int?
  /// How to see what the limit hides.
  package var allAdvice = "--limit 0 shows all"

  /// What a picture is as wide as where nobody says.
  private static let widthWithoutTerminal = 80
  private static let rowsOfChart = 10...18

  package init(
    _ result: MetricsResult, of expression: MetricsExpression, width: Int?, style: TextStyle,
    zone: CivilTime.Zone, limit: Int?
  ) {
    self.result = result
    self.expression = expression
    self.width = width
    self.style = style
    self.zone = zone
    self.limit = limit
  }

  package var unit: MetricsUnit { MetricsUnit(expression) }
  package var shape: MetricsShape {
    MetricsShape(expression, isInstant: result.window.isInstant)
  }

  private var pictureWidth: Int { max(24, width ?? Self.widthWithoutTerminal) }

  /// How many series of the answer are shown.
  package func shownCount(_ form: Form) -> Int {
    switch (shape, form) {
    case (.comparison, _), (.heatMap, .picture): result.series.count
    default: min(result.series.count, bound(form == .picture && shape == .lines ? 10 : 20))
    }
  }

  private func bound(_ pleasant: Int) -> Int {
    guard let limit else { return pleasant }
    return limit == 0 ? .max : limit
  }

  package func lines(_ form: Form) -> [String] {
    guard !result.series.isEmpty else { return [] }
    switch (shape, form) {
    case (.comparison, _): return comparison()
    case (.bars, _): return bars()
    case (.heatMap, .picture): return heatMaps()
    case (.lines, .picture): return chart()
    case (_, .table): return [heading, ""] + table()
    }
  }

  /// The time covered: "2026-01-15 00:20:10 to 00:33:00 · every 5 s".
  package var heading: String {
    let window = result.window
    let first = CivilTime(unixNanoseconds: window.startNanoseconds, zone: zone)
    let last = CivilTime(unixNanoseconds: window.endNanoseconds, zone: zone)
    func text(_ time: CivilTime) -> String {
      time.nanosecond == 0 ? String(time.readable.dropLast(4)) : time.readable
    }
    let isOneDay = first.monthAndDay == last.monthAndDay && first.year == last.year
    let end = isOneDay ? String(text(last).dropFirst(11)) : text(last)
    let length = Int64(clamping: window.isInstant ? 0 : window.stepNanoseconds)
    let step = MetricsUnit.trimmed(DurationText.format(nanoseconds: length))
    let parts = ["\(text(first)) to \(end)" + (zone == .utc ? " UTC" : "")]
    return style.apply(
      .dim, to: (parts + (window.isInstant ? [] : ["every \(step)"])).joined(separator: " · "))
  }

  // MARK: Pictures

  private func chart() -> [String] {
    let shown = Array(result.series.greatestFirst.prefix(shownCount(.picture)))
    let names = SeriesNames(result.series)
    let height = min(
      max(pictureWidth / 7, Self.rowsOfChart.lowerBound), Self.rowsOfChart.upperBound)
    let chart = LineChart(
      width: pictureWidth, height: height, style: style, zone: zone, unit: unit)
    let lines = chart.lines(
      shown.map(\.samples), names: shown.map(names.name), window: result.window)
    return [heading(over: shown), ""] + lines
  }

  /// The heading of lines, which says how to read the axis if it is no usual one.
  func heading(over shown: [MetricsSeries]) -> String {
    let axis = ValueAxis(shown.lazy.flatMap(\.samples), unit: unit, markCount: 6)
    guard axis.isLogarithmic else { return heading }
    // Two points in time and a step leave little of 60 columns.
    return heading + style.apply(.dim, to: pictureWidth < 72 ? " · log" : " · logarithmic")
  }

  private func heatMaps() -> [String] {
    let groups = HistogramGrid.groups(result.series)
    let shown = groups.prefix(bound(4))
    let map = HeatMap(
      width: pictureWidth, style: style, zone: zone,
      unit: expression.bucketsAreDurations ? .seconds : .number)
    var lines = [heading]
    for group in shown {
      lines.append("")
      if !group.labels.isEmpty {
        let series = MetricsSeries(labels: group.labels, samples: [])
        let name = SeriesNames([series]).name(series)
        lines.append(style.apply(.bold, to: DisplayWidth.truncated(name, to: pictureWidth)))
      }
      lines += map.lines(group, window: result.window)
    }
    if shown.count < groups.count {
      let count = "\(shown.count) of \(NumberText.counted(groups.count, "group"))"
      lines += ["", count + ", those with most spans; " + allAdvice]
    }
    return lines
  }

  private func comparison() -> [String] {
    let table = ComparisonTable(
      width: width, style: style, limit: limit ?? 12)
    return [heading, ""] + table.lines(Comparison(result.series))
  }

  private func bars() -> [String] {
    // Buckets are a scale of their own.
    let isHistogram = result.series.contains { $0.labels.last?.key == HistogramGrid.bucketKey }
    let ordered = isHistogram ? result.series : result.series.greatestFirst
    let table = SeriesTable.instant(
      Array(ordered.prefix(shownCount(.table))), unit: unit, barWidth: min(24, pictureWidth / 4))
    return [heading, ""] + TextTable(width: width, style: style, zone: zone).lines(table)
  }

  private func table() -> [String] {
    TextTable(width: width, style: style, zone: zone).lines(summary())
  }

  /// A row for each series shown, whatever the shape.
  package func summary() -> Table {
    let shown = Array(result.series.greatestFirst.prefix(shownCount(.table)))
    return result.window.isInstant
      ? SeriesTable.instant(shown, unit: unit, barWidth: 0)
      : SeriesTable.summary(shown, unit: unit, sparkWidth: max(8, min(pictureWidth / 4, 40)))
  }
}

extension MetricsExpression {
  /// Whether the buckets of a histogram are lengths of time.
  var bucketsAreDurations: Bool {
    guard case .histogramOverTime(let field)? = solePipeline?.function else { return false }
    return MetricsUnit(
      .series(
        MetricsPipeline(pipeline: Pipeline(stages: []), function: .maxOverTime(field)))) == .seconds
  }
}
