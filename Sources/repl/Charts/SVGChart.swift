package import Engine
package import TraceQL

/// The answer to a metrics query as an SVG picture.
package struct SVGChart {
  package var result: MetricsResult
  package var query: Query
  /// The query as it was written.
  package var title: String
  package var zone: CivilTime.Zone
  /// Series shown at most; 0 for all.
  package var limit: Int?

  private static let width = 960
  private static let left = 76.0
  private static let right = 936.0
  private static let top = 64.0
  private static let faint = "#57606a"

  package init(
    _ result: MetricsResult, of query: Query, title: String, zone: CivilTime.Zone, limit: Int?
  ) {
    self.result = result
    self.query = query
    self.title = title
    self.zone = zone
    self.limit = limit
  }

  package func text() -> String {
    guard case .metrics(let expression) = query.body else { return "" }
    let report = MetricsReport(
      result, of: expression, width: nil, style: .plain, zone: zone, limit: limit)
    switch report.shape {
    case .lines: return lineChart(report)
    case .heatMap: return heatMap(report)
    case .bars: return bars(report)
    case .comparison: return comparison(report)
    }
  }

  private func drawing(
    height: Int, _ report: MetricsReport, heading: String? = nil
  ) -> SVGDrawing {
    var drawing = SVGDrawing(width: Self.width, height: height, title: title)
    drawing.label(DisplayWidth.truncated(title, to: 120), x: 16, y: 26, isBold: true, size: 14)
    drawing.label(heading ?? report.heading, x: 16, y: 46, colour: Self.faint)
    return drawing
  }

  // MARK: Axes

  private func timeAxis(_ drawing: inout SVGDrawing, bottom: Double) {
    let window = result.window
    let marks = TimeMarks(
      first: window.timestampNanoseconds(of: 0),
      last: window.timestampNanoseconds(of: max(0, window.intervalCount - 1)), countMax: 10,
      zone: zone)
    drawing.line(Self.left, bottom, Self.right, bottom, colour: "#8c959f")
    for mark in marks.marks {
      let x = Self.left + mark.place * (Self.right - Self.left)
      drawing.line(x, bottom, x, bottom + 5, colour: "#8c959f")
      drawing.label(mark.text, x: x, y: bottom + 19, anchor: .middle, colour: Self.faint)
    }
  }

  // MARK: Lines

  private func lineChart(_ report: MetricsReport) -> String {
    let shown = Array(result.series.greatestFirst.prefix(report.shownCount(.picture)))
    let names = SeriesNames(result.series)
    let bottom = 352.0
    let legend = LegendRows(shown.map(names.name), width: Self.right - 16)
    var drawing = drawing(
      height: Int(bottom) + 40 + 20 * legend.rowCount, report,
      heading: report.heading(over: shown))
    let axis = ValueAxis(shown.lazy.flatMap(\.samples), unit: report.unit, markCount: 6)
    func height(_ value: Double) -> Double { bottom - axis.place(value) * (bottom - Self.top) }
    for mark in axis.marks {
      drawing.line(Self.left, height(mark), Self.right, height(mark))
      drawing.label(
        report.unit.mark(mark), x: Self.left - 8, y: height(mark) + 4, anchor: .end,
        colour: Self.faint)
    }
    timeAxis(&drawing, bottom: bottom)
    for (index, series) in shown.enumerated().reversed() {
      let colour = Palette.web[index % Palette.web.count]
      for run in Self.runs(series.samples) {
        let points = run.map { interval in
          (x: x(of: interval), y: height(series.samples[interval]))
        }
        if points.count == 1 {
          drawing.circle(x: points[0].x, y: points[0].y, radius: 2.5, colour: colour)
        } else {
          drawing.path(points, colour: colour, tip: names.name(series))
        }
      }
    }
    for entry in legend.entries {
      let (x, y) = (16 + entry.x, bottom + 42 + 20 * Double(entry.row))
      let colour = Palette.web[entry.index % Palette.web.count]
      drawing.rectangle(x: x, y: y - 6, width: 14, height: 3, colour: colour)
      drawing.label(entry.text, x: x + 20, y: y)
    }
    return drawing.finished()
  }

  private func x(of interval: Int) -> Double {
    let count = result.window.intervalCount
    guard count > 1 else { return (Self.left + Self.right) / 2 }
    return Self.left + Double(interval) / Double(count - 1) * (Self.right - Self.left)
  }

  /// Stretches of intervals that have samples.
  private static func runs(_ samples: [Double]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for (interval, sample) in samples.enumerated() {
      if sample.isNaN {
        if let first = start { runs.append(first..<interval) }
        start = nil
      } else if start == nil {
        start = interval
      }
    }
    if let first = start { runs.append(first..<samples.count) }
    return runs
  }

  // MARK: Heat map

  private func heatMap(_ report: MetricsReport) -> String {
    let groups = HistogramGrid.groups(result.series).prefix(limit == 0 ? .max : limit ?? 4)
    let unit: MetricsUnit = report.expression.bucketsAreDurations ? .seconds : .number
    let rowHeight = 18.0
    let heights = groups.map { Double($0.bounds.count) * rowHeight + 78 }
    var drawing = drawing(height: Int(Self.top + heights.reduce(0, +)), report)
    var top = Self.top
    for (group, height) in zip(groups, heights) {
      if !group.labels.isEmpty {
        let series = MetricsSeries(labels: group.labels, samples: [])
        drawing.label(SeriesNames([series]).name(series), x: 16, y: top + 12, isBold: true)
      }
      let bottom = top + 22 + Double(group.bounds.count) * rowHeight
      let most = group.counts.joined().max() ?? 0
      let cellWidth = (Self.right - Self.left) / Double(max(1, result.window.intervalCount))
      for (row, bound) in group.bounds.enumerated() {
        let y = bottom - Double(row + 1) * rowHeight
        let text = HistogramGrid.text(bound, unit: unit)
        drawing.label(text, x: Self.left - 8, y: y + 13, anchor: .end, colour: Self.faint)
        for (interval, count) in group.counts[row].enumerated() where count > 0 {
          let x = Self.left + Double(interval) * cellWidth
          drawing.rectangle(
            x: x, y: y, width: max(cellWidth, 0.5), height: rowHeight - 1,
            colour: Self.heat((count / most).squareRoot()),
            tip: "up to \(text): \(MetricsUnit.plain(count))")
        }
      }
      timeAxis(&drawing, bottom: bottom)
      scale(&drawing, most: most, y: bottom + 30)
      top += height
    }
    return drawing.finished()
  }

  /// What the colours mean.
  private func scale(_ drawing: inout SVGDrawing, most: Double, y: Double) {
    let (steps, width) = (24, 5.0)
    drawing.label("1", x: Self.left - 8, y: y + 9, anchor: .end, colour: Self.faint)
    for step in 0..<steps {
      drawing.rectangle(
        x: Self.left + Double(step) * width, y: y, width: width, height: 10,
        colour: Self.heat((Double(step) + 0.5) / Double(steps)))
    }
    drawing.label(
      MetricsUnit.plain(most) + " spans", x: Self.left + Double(steps) * width + 8, y: y + 9,
      colour: Self.faint)
  }

  /// Between the colours of the palette.
  private static func heat(_ part: Double) -> String {
    let place = min(max(part, 0), 1) * Double(Palette.webHeat.count - 1)
    let low = min(Int(place), Palette.webHeat.count - 2)
    let rest = place - Double(low)
    let (a, b) = (Palette.webHeat[low], Palette.webHeat[low + 1])
    let mixed = [(a.0, b.0), (a.1, b.1), (a.2, b.2)].map { Int($0.0 + ($0.1 - $0.0) * rest) }
    return "rgb(\(mixed[0]),\(mixed[1]),\(mixed[2]))"
  }

  // MARK: Bars

  private func bars(_ report: MetricsReport) -> String {
    let shown = result.series.greatestFirst.prefix(report.shownCount(.table))
    let names = SeriesNames(result.series)
    let rows = shown.map { series in
      SVGBarRow(
        name: names.name(series), value: series.samples.first ?? .nan,
        text: report.unit.readable(series.samples.first ?? .nan))
    }
    var drawing = drawing(height: Int(Self.top) + 24 * rows.count + 16, report)
    SVGBarRow.draw(rows, in: &drawing, top: Self.top)
    return drawing.finished()
  }

  private func comparison(_ report: MetricsReport) -> String {
    let comparison = Comparison(result.series)
    let count = limit == 0 ? Int.max : limit ?? 12
    let over = comparison.entries.filter { $0.difference > 0 }.prefix(count)
    let under = comparison.entries.filter { $0.difference < 0 }.prefix(count)
    let rows = (Array(over) + Array(under.reversed())).map { entry in
      SVGBarRow(
        name: "\(entry.attribute) = \(Cell(entry.value).readable(zone: .utc))",
        value: entry.difference,
        text: ComparisonTable.points(entry) + " points, "
          + ComparisonTable.share(entry.selectedShare, isBound: entry.selected == nil) + " against "
          + ComparisonTable.share(entry.baselineShare, isBound: entry.baseline == nil))
    }
    var drawing = drawing(height: Int(Self.top) + 24 * rows.count + 44, report)
    drawing.label(
      "selection \(MetricsUnit.plain(comparison.selectedTotal)) spans, baseline "
        + "\(MetricsUnit.plain(comparison.baselineTotal)) spans", x: 16, y: Self.top + 8,
      colour: Self.faint)
    SVGBarRow.draw(rows, in: &drawing, top: Self.top + 24)
    return drawing.finished()
  }
}
