import Engine
import Testing
import TraceQL
import traceql

private func chart(width: Int, height: Int, _ style: TextStyle = .plain) -> LineChart {
  LineChart(width: width, height: height, style: style, zone: .utc, unit: .spans)
}

struct LineChartTests {
  /// Sixteen dots by sixteen: the diagonal passes two dots of each cell.
  @Test func aLineOfDots() {
    let lines = chart(width: 11, height: 4).lines(
      [[0, 4]], names: [""], window: MetricsFixture.window(2))
    #expect(
      lines == [
        "4 ┤      ⡠⠊",
        "  │    ⡠⠊",
        "2 ┤  ⡠⠊",
        "0 ┤⡠⠊",
        "  └┬───┬──┬",
        "   09:30:00",
      ])
  }

  @Test func aMissingSampleIsAGap() {
    let lines = chart(width: 11, height: 4).lines(
      [[4, .nan, 4]], names: [""], window: MetricsFixture.window(3))
    #expect(lines[0] == "4 ┤⠁      ⠈")
    #expect(lines[1...3].allSatisfy { !$0.contains("⠁") })
  }

  @Test func withoutColoursSeveralSeriesAreLetters() {
    let lines = chart(width: 11, height: 4).lines(
      [[0, 4], [4, 0]], names: ["up", "down"], window: MetricsFixture.window(2))
    #expect(
      lines == [
        "4 ┤bb    aa",
        "  │  bbaa",
        "2 ┤  aabb",
        "0 ┤aa    bb",
        "  └┬───┬──┬",
        "   09:30:00",
        "  a up",
        "  b down",
      ])
  }

  @Test func coloursAreThoseOfTheLegend() {
    let lines = chart(width: 40, height: 6, .colour).lines(
      [[0, 0], [4, 4]], names: ["zero", "four"], window: MetricsFixture.window(2))
    #expect(lines[0].contains("\u{1B}[38;5;208m⠉"))
    #expect(lines[5].contains("\u{1B}[38;5;39m⣀"))
    #expect(lines[8].contains("\u{1B}[38;5;39m━━\u{1B}[0m zero"))
    #expect(lines[8].contains("\u{1B}[38;5;208m━━\u{1B}[0m four"))
  }

  @Test(arguments: [24, 60, 80, 160])
  func fitsTheTerminal(width: Int) {
    let wave = (0..<500).map { Double(($0 * 37) % 101) * 1e4 }
    let names = ["日本語の長いサービス名", String(repeating: "long ", count: 60), "x"]
    for series in 1...3 {
      let lines = chart(width: width, height: 10).lines(
        Array(repeating: wave, count: series), names: Array(names.prefix(series)),
        window: MetricsFixture.window(500))
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= width }, "\(lines)")
    }
  }

  @Test(
    arguments: [
      [], [.nan], [.infinity, 1], [1e308, -1e308], [.leastNonzeroMagnitude], [1e17, 1e17 + 16],
    ] as [[Double]])
  func drawsWhateverComes(_ samples: [Double]) {
    let lines = chart(width: 40, height: 8).lines(
      [samples], names: ["x"], window: MetricsFixture.window(max(1, samples.count)))
    #expect(lines.count == 11)
  }
}

struct AxisTests {
  @Test(arguments: [
    ([0.0, 7], MetricsUnit.spans, [0.0, 5, 10]), ([0, 1], .spans, [0, 1]),
    ([90, 100], .number, [90, 95, 100]), ([3, 100], .number, [0, 50, 100]),
    ([-5, 5], .number, [-5, 0, 5]), ([0, 0.3], .seconds, [0, 0.2, 0.4]),
    ([0, 200], .seconds, [0, 120, 240]), ([], .number, [0, 0.5, 1]),
  ])
  func marksAreRound(_ values: [Double], _ unit: MetricsUnit, _ marks: [Double]) {
    let axis = ValueAxis(values, unit: unit, markCount: 3)
    #expect(axis.marks.count == marks.count)
    for (a, b) in zip(axis.marks, marks) { #expect(abs(a - b) < 1e-9, "\(axis.marks)") }
    #expect(axis.place(axis.lower) == 0 && axis.place(axis.upper) == 1)
  }

  @Test func timesFarApartAreLogarithmic() {
    let axis = ValueAxis([0.001, 0.002, 0.003, 1_200], unit: .seconds, markCount: 9)
    #expect(axis.isLogarithmic)
    #expect(axis.marks == [0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600])
    #expect(axis.place(0.001) == 0 && axis.place(3_600) == 1)
    // Thousand times as much is as far everywhere.
    #expect(abs(axis.place(1) - axis.place(0.001) - (axis.place(10) - axis.place(0.01))) < 1e-12)
    for (values, unit) in [
      ([0.001, 0.002, 0.05], MetricsUnit.seconds), ([0, 0.002, 1_200], .seconds),
      ([1, 2, 1_200], .spans),
    ] {
      #expect(!ValueAxis(values, unit: unit, markCount: 6).isLogarithmic)
    }
  }

  @Test func timesAreRoundByTheClock() {
    let minute: UInt64 = 60_000_000_000
    let marks = TimeMarks(
      first: MetricsFixture.start + 2 * minute, last: MetricsFixture.start + 58 * minute,
      countMax: 6, zone: .utc)
    #expect(marks.marks.map(\.text) == ["09:40", "09:50", "10:00", "10:10", "10:20"])
    #expect(abs(marks.marks[0].place - 8.0 / 56) < 1e-12)
  }

  @Test func midnightIsADate() {
    let hour: UInt64 = 3_600_000_000_000
    let marks = TimeMarks(
      first: MetricsFixture.start, last: MetricsFixture.start + 30 * hour, countMax: 6, zone: .utc)
    #expect(marks.marks.map(\.text) == ["12:00", "18:00", "01-16", "06:00", "12:00"])
  }

  @Test(arguments: [
    (0.0, "0"), (12_345, "12,345"), (0.25, "0.250"), (0.000_123_4, "1.23e-4"), (1_234.6, "1,235"),
    (99.96, "100"), (-0.5, "-0.500"), (1e20, "1.00e20"), (.infinity, "∞"), (.nan, ""),
  ])
  func numbers(_ value: Double, _ text: String) {
    #expect(MetricsUnit.number.readable(value) == text)
  }

  @Test(arguments: [
    ("{} | rate()", MetricsUnit.perSecond), ("{} | count_over_time() by (name)", .spans),
    ("{} | quantile_over_time(duration, .9)", .seconds), ("{} | max_over_time(.size)", .number),
    ("({} | rate()) / ({} | rate())", .number), ("({} | rate()) + ({} | rate()) > 3", .perSecond),
    ("({} | max_over_time(duration)) * 1000", .number), ("2 + ({} | rate())", .perSecond),
    ("{} | sum_over_time(event:timeSinceStart)", .seconds),
  ])
  func units(_ query: String, _ unit: MetricsUnit) {
    #expect(MetricsUnit(MetricsFixture.expression(query)) == unit)
  }
}

struct HeatMapTests {
  private let series = [
    MetricsFixture.series([("__bucket", .float(1))], 4, 0),
    MetricsFixture.series([("__bucket", .float(4))], 0, 1),
  ]

  /// The bucket that nothing fell into is a row as well.
  @Test func shades() throws {
    let grid = try #require(HistogramGrid.groups(series).first)
    let map = HeatMap(width: 11, style: .plain, zone: .utc, unit: .number)
    #expect(
      map.lines(grid, window: MetricsFixture.window(2)) == [
        "4 ┤    ▒▒▒▒",
        "2 ┤",
        "1 ┤████",
        "  └┬───┬──┬",
        "   09:30:00",
        "   1 ░░▒▒▓▓██ 4 spans",
      ])
  }

  @Test func bucketsAreAddedWhereColumnsAreFew() throws {
    var long = series[0]
    long.samples = (0..<800).map { $0 < 400 ? 1 : 0 }
    let grid = try #require(HistogramGrid.groups([long]).first)
    let map = HeatMap(width: 43, style: .plain, zone: .utc, unit: .number)
    let lines = map.lines(grid, window: MetricsFixture.window(800))
    #expect(lines[0] == "1 ┤" + String(repeating: "█", count: 20))
    #expect(lines[3].hasSuffix("20 spans"))
  }

  /// One row stands for many empty ones.
  @Test func aLongGapIsShort() throws {
    let far = MetricsFixture.series([("__bucket", .float(1024))], 1, 1)
    let grid = try #require(HistogramGrid.groups([series[0], far]).first)
    #expect(grid.bounds.count == 3 && grid.bounds[1].isNaN && grid.counts.count == 3)
    let map = HeatMap(width: 20, style: .plain, zone: .utc, unit: .number)
    #expect(map.lines(grid, window: MetricsFixture.window(2))[1] == "    ⋮ ┤")
  }

  @Test func groupsWithMostSpansFirst() {
    let few = MetricsFixture.series([("name", .string("b")), ("__bucket", .float(1))], 1, 0)
    let many = MetricsFixture.series([("name", .string("a")), ("__bucket", .float(1))], 5, 5)
    #expect(
      HistogramGrid.groups([few, many]).map(\.labels.first?.value) == [.string("a"), .string("b")])
  }
}
