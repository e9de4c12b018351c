import Engine
import Testing
import TraceQL
import traceql

private func report(
  _ series: [MetricsSeries], _ query: String, width: Int? = 60, isInstant: Bool = false,
  limit: Int? = nil
) -> MetricsReport {
  MetricsReport(
    MetricsFixture.result(series, isInstant: isInstant), of: MetricsFixture.expression(query),
    width: width, style: .plain, zone: .utc, limit: limit)
}

private let services = [
  MetricsFixture.series([("resource.service.name", .string("cart"))], 0, 1, 2, 3),
  MetricsFixture.series([("resource.service.name", .string("日本"))], 4, .nan, 8, 4),
]

struct MetricsReportTests {
  @Test func aRowPerSeriesGreatestFirst() {
    let lines = report(services, "{} | count_over_time() by (resource.service.name)").lines(.table)
    #expect(
      lines == [
        "2026-01-15 09:29:00 to 09:33:00 UTC · every 1m", "",
        "resource.service.name  Trend  Least  Mean  Most  Last",
        "日本                   ▅ █▅       4  5.33     8     4",
        "cart                   ▁▃▆█       0  1.50     3     3",
      ])
  }

  @Test func anInstantIsATableOfBars() {
    let series = [
      MetricsFixture.series([("name", .string("a"))], 0.25),
      MetricsFixture.series([("name", .string("b"))], 1),
    ]
    let lines = report(series, "{} | max_over_time(duration) by (name)", isInstant: true)
      .lines(.picture)
    #expect(lines[2] == "name   Value")
    #expect(lines[3] == "b     1.00 s  ███████████████")
    #expect(lines[4] == "a     250 ms  ███▊")
  }

  /// The numbers of traceql-metrics.md 18, example 65.
  private static let compared: [MetricsSeries] = {
    func row(_ side: String, _ key: String, _ value: Value, _ samples: Double...) -> MetricsSeries {
      MetricsSeries(
        labels: [
          NamedValue(key: "__meta_type", value: .string(side)), NamedValue(key: key, value: value),
        ], samples: samples)
    }
    return [
      row("baseline", "span.region", .string("eu"), 0, 1, 0),
      row("baseline", "span.region", .string("us"), 0, 1, 1),
      row("baseline", "span.code", .int(200), 0, 2, 0),
      row("baseline_total", "span.region", .string("nil"), 0, 2, 1),
      row("baseline_total", "span.code", .string("nil"), 0, 2, 0),
      row("selection", "span.region", .string("eu"), 0, 1, 0),
      row("selection", "span.region", .string("us"), 0, 0, 1),
      row("selection", "span.code", .int(500), 0, 1, 1),
      row("selection_total", "span.region", .string("nil"), 0, 1, 1),
      row("selection_total", "span.code", .string("nil"), 0, 1, 1),
    ]
  }()

  @Test func aComparisonIsRanked() {
    let lines = report(Self.compared, "{} | compare({ status = error })", width: 100)
      .lines(.picture)
    #expect(
      Array(lines.dropFirst(2)) == [
        "selection 2 spans · baseline 3 spans", "",
        "More common in the selection",
        "Attribute    Value  Selection  Baseline  Difference  Factor",
        "span.code    500      100.0 %     0.0 %      +100.0    only  ████████████",
        "span.region  eu        50.0 %    33.3 %       +16.7    ×1.5  ██", "",
        "Less common in the selection",
        "Attribute    Value  Selection  Baseline  Difference  Factor",
        "span.code    200        0.0 %    66.7 %       -66.7    only  ████████",
        "span.region  us        50.0 %    66.7 %       -16.7    ÷1.3  ██",
      ])
  }

  /// That a list was cut is a series too.
  @Test func everyValueIsListedOnce() {
    let cut = MetricsFixture.series(
      [("__meta_error", .string("__too_many_values__")), ("span.region", .string("nil"))], .nan)
    #expect(Comparison([cut] + Self.compared) == Comparison(Self.compared))
  }

  /// A value that is not listed, on a side whose list was cut, has at most what is left.
  @Test func whatWasCutOffIsABound() throws {
    var series = Self.compared.filter { $0.labels[1].key == "span.region" }
    series.removeAll { $0.labels.map(\.value) == [.string("baseline"), .string("eu")] }
    let entry = try #require(
      Comparison(series).entries.first { $0.value == .string("eu") })
    #expect(entry.baseline == nil && entry.selected == 1)
    #expect(entry.baselineShare == 1.0 / 3)
    #expect(entry.difference == 0.5 - 1.0 / 3)
  }

  @Test func nothingIsNothing() {
    #expect(report([], "{} | rate() by (name)").lines(.picture).isEmpty)
  }

  @Test(arguments: [24, 60, 80, 160])
  func fitsTheTerminal(width: Int) {
    let queries = [
      "{} | rate() by (resource.service.name)", "{} | histogram_over_time(duration)",
      "{} | compare({ status = error })",
    ]
    let histogram = (0..<12).map {
      MetricsFixture.series([("__bucket", .float(Double(1 << $0)))], 1, 5, 0, 2)
    }
    for (query, series) in zip(queries, [services, histogram, Self.compared]) {
      for form in [MetricsReport.Form.picture, .table] {
        let lines = report(series, query, width: width).lines(form)
        #expect(lines.dropFirst(1).allSatisfy { DisplayWidth.of($0) <= max(width, 36) }, "\(lines)")
      }
    }
  }

  @Test func theLimitIsSaid() {
    let many = (0..<30).map {
      MetricsFixture.series([("name", .string("s\($0)"))], Double($0), 1)
    }
    #expect(report(many, "{} | rate() by (name)").shownCount(.picture) == 10)
    #expect(report(many, "{} | rate() by (name)", limit: 0).shownCount(.picture) == 30)
    let summary = MetricsSummary(
      shownCount: 10, seriesCount: 30, sampleCount: 60, spansInspected: 1_234,
      elapsedNanoseconds: 2_500_000, bytesRead: 1_000, bytesTotal: 2_000, isPartial: true)
    #expect(
      summary.text
        == "partial answer · 10 of 30 series · 60 samples · 1,234 spans inspected · 2.50 ms"
        + " · 1.00 kB of 2.00 kB read; --limit 0 shows all")
  }
}

struct MetricsTextTests {
  @Test func sparklines() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([0, .nan, 7], width: 9) == "▁ █")
    #expect(Sparkline.text([0, 0, 7, 7], width: 2) == "▁█")
    #expect(Sparkline.text([], width: 2) == "" && Sparkline.text([0, 0], width: 2) == "▁▁")
  }

  @Test func rowsForPrograms() {
    let result = MetricsFixture.result(services)
    #expect(SeriesTable.columns(result).map(\.key) == ["resource.service.name", "time", "value"])
    let rows = SeriesTable.rows(
      services[1], keys: ["resource.service.name"], window: result.window)
    #expect(
      rows.map { $0.cells.map(\.exact) }[1] == ["日本", "2026-01-15T09:32:00.000000000Z", "8.0"])
    #expect(rows.count == 3, "a missing sample has no row")
  }

  @Test func openMetrics() {
    let series = MetricsFixture.series(
      [
        ("resource.service.name", .string("a \"b\"\\\n")), (".1", .int(5)), ("x.y", .bool(true)),
        ("x-y", .float(0.5)),
      ], 0.25, .nan, .infinity)
    let query = MetricsFixture.query("{} | quantile_over_time(duration, .5)")
    let text = OpenMetricsText.samples(series, of: query, window: MetricsFixture.window(3))
    let labels =
      #"{resource_service_name="a \"b\"\\\n",_1="5",x_y="true",x_y_2="0.5"}"#
    #expect(
      text == """
        traceql_quantile_over_time_seconds\(labels) 0.25 1768469400
        traceql_quantile_over_time_seconds\(labels) +Inf 1768469520

        """)
  }

  @Test func namesOfSeries() {
    let names = SeriesNames(services)
    #expect(names.name(services[0]) == "cart")
    let mixed = [services[0], MetricsFixture.series([("p", .float(0.5))], 1)]
    #expect(SeriesNames(mixed).name(mixed[0]) == "resource.service.name=cart")
    #expect(SeriesNames([mixed[1]]).name(mixed[1]) == "p=0.5")
    let empty = MetricsFixture.series([("name", .string(""))], 1)
    #expect(SeriesNames([empty]).name(empty) == "\"\"")
    let hostile = MetricsFixture.series([("name", .string("\u{1B}[2Ja\n"))], 1)
    #expect(!SeriesNames([hostile]).name(hostile).contains("\u{1B}"))
  }

  @Test func svgIsSafe() {
    let hostile = MetricsFixture.series([("name", .string("</text><script>\u{1B}\u{FFFF}"))], 1, 2)
    for (query, isInstant) in [("{} | rate() by (name)", false), ("{} | rate() by (name)", true)] {
      let text = SVGChart(
        MetricsFixture.result([hostile], isInstant: isInstant), of: MetricsFixture.query(query),
        title: query, zone: .utc, limit: nil
      ).text()
      #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
      #expect(!text.contains("<script>") && !text.contains("\u{1B}") && !text.contains("\u{FFFF}"))
      #expect(text.contains("&lt;script&gt;"))
    }
  }
}
