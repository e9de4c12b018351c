import Testing

@testable import Engine

/// The time model (traceql-metrics.md 2), numbers from its tables.
@Suite struct MetricsWindowTests {
  private static let second: Int64 = 1_000_000_000
  private static let rules = MetricsTimeRules(nowNanoseconds: 2_000_000_000_000_000_000)

  @Test(arguments: [
    (1.0, 0.05), (12, 0.05), (13, 0.05), (30, 0.1), (59, 0.2), (60, 1), (240, 1), (241, 1),
    (480, 2), (600, 2), (900, 3), (1_200, 5), (1_800, 5), (2_700, 10), (3_600, 15), (7_200, 30),
    (10_800, 45), (14_400, 60), (18_000, 60), (21_600, 60), (28_800, 120), (43_200, 180),
    (72_000, 300), (75_600, 300), (86_400, 300), (172_800, 600), (604_800, 2_400),
    (864_000, 3_600), (950_400, 3_600), (2_592_000, 10_800),
  ])
  func defaultStep(_ range: Double, _ step: Double) {
    #expect(
      MetricsTimeRules.defaultStep(range: Int64(range * 1e9)) == Int64(step * 1e9), "\(range) s")
  }

  @Test(
    arguments: [
      (103, 127, [100, 110, 120, 130]), (100, 130, [100, 110, 120, 130]), (5, 30, [10, 20, 30]),
      (10, 30, [20, 30]),
    ] as [(Int64, Int64, [UInt64])])
  func alignment(_ start: Int64, _ end: Int64, _ stamps: [UInt64]) throws {
    let window = try Self.rules.range(
      start: start * Self.second, end: end * Self.second, step: 10 * Self.second)
    let actual = (0..<window.intervalCount).map { window.timestampNanoseconds(of: $0) }
    #expect(actual == stamps.map { $0 * 1_000_000_000 })
  }

  @Test func intervalsAreOpenToTheLeft() {
    let window = MetricsWindow(start: 100, end: 130, step: 10)
    let expected: [(UInt64, Int?)] = [
      (0, nil), (100, nil), (101, 0), (110, 0), (111, 1), (120, 1), (130, 2), (131, nil),
      (.max, nil),
    ]
    for (moment, interval) in expected { #expect(window.interval(of: moment) == interval) }
  }

  /// The multiplication that stands for a division agrees with the division.
  @Test(arguments: [1, 3, 7, 50_000_000, 60_000_000_000, 86_400_000_000_000] as [UInt64])
  func reciprocals(_ step: UInt64) {
    let start: UInt64 = 1_768_435_200_000_000_000 / step * step
    let window = MetricsWindow(start: start, end: start + 1_000 * step, step: step)
    let quick = IntervalStep(window)
    var moments: [UInt64] = [0, 1, .max, start, start + 1]
    for i in 0..<1_000 as Range<UInt64> {
      moments += [start + i * step, start + i * step + 1, start + (i + 1) * step - 1]
      moments.append(start + i &* 0x9E37_79B9_7F4A_7C15 % (1_001 * step))
    }
    for moment in moments {
      let interval = quick.interval(of: moment)
      #expect((interval < 1_000 ? Int(interval) : nil) == window.interval(of: moment))
    }
  }

  @Test func refusals() {
    func message(
      _ rules: MetricsTimeRules, _ start: Int64, _ end: Int64, _ step: Int64? = nil,
      instant: Bool = false
    ) -> String {
      do {
        let (start, end) = (start * Self.second, end * Self.second)
        _ =
          instant
          ? try rules.instant(start: start, end: end)
          : try rules.range(start: start, end: end, step: step)
        return "fine"
      } catch { return error.message }
    }
    var rules = MetricsTimeRules(nowNanoseconds: 1_000 * Self.second)
    #expect(message(rules, 20, 20) == "end must be greater than start")
    #expect(message(rules, 20, 10, instant: true) == "end must be greater than start")
    #expect(message(rules, 20, 30, 0).hasPrefix("step of 0s is too small"))
    #expect(
      message(rules, 0, 60, 1_000_000)
        == "step of 1ms is too small, minimum step for given range is 6ms")
    rules.cutoffNanoseconds = 30 * Self.second
    let cut = "query window falls entirely within query_end_cutoff"
    #expect(message(rules, 980, 990) == cut)
    #expect(message(rules, 980, 990, instant: true) == cut)
    rules.durationNanosecondsMax = 100 * Self.second
    #expect(
      message(rules, 1, 900)
        == "metrics query time range exceeds the maximum allowed duration of 1m40s")
  }

  @Test func cutoffs() throws {
    var rules = MetricsTimeRules(nowNanoseconds: 1_000 * Self.second)
    rules.cutoffNanoseconds = 30 * Self.second
    // 985 is lowered to 970 and raised to 1000 by the step, which is beyond the cutoff: 950.
    let range = try rules.range(
      start: 900 * Self.second, end: 985 * Self.second, step: 50 * Self.second)
    #expect(range.endNanoseconds == 950 * 1_000_000_000)
    // Whole seconds: what was asked below a second stays.
    let instant = try rules.instant(
      start: 900 * Self.second, end: 985 * Self.second + 500_000_000)
    #expect(instant.endNanoseconds == 969_500_000_000)
  }
}
