import Oracle
import TestSupport
import Testing
import TraceQL

@testable import Engine

/// The worked examples of the specification, in the mode that follows Tempo.
@Suite struct MetricsExampleTests {
  private static let base = UInt64(ExampleTraces.base * ExampleTraces.second)

  @Test(arguments: MetricsExample.all)
  func answers(_ example: MetricsExample) throws {
    let window = try example.window()
    let query = try MetricsQuery(example.query, window, quantiles: .powersOfTwo)
    let expected = example.expected.map { SeriesText($0) }
    for storing in MemoryUnit.Storing.allCases {
      check(try query.series(example.traces, storing: storing), expected, example, window)
    }
  }

  /// A worker for each trace, merged in some order, through their byte form.
  @Test(arguments: MetricsExample.all)
  func answersDoNotDependOnTheDivision(_ example: MetricsExample) throws {
    let window = try example.window()
    let query = try MetricsQuery(example.query, window, quantiles: .powersOfTwo)
    var random = SplitMix(seed: UInt64(example.number))
    var parts: [MetricsPartial] = []
    for trace in example.traces {
      let part = try query.partial(MemoryUnit([trace], storing: .lists))
      parts.insert(part, at: Int(random.next() % UInt64(parts.count + 1)))
    }
    var merged = query.emptyPartial
    for part in parts {
      let again = try MetricsPartial(decoding: part.encoded(), like: query.emptyPartial)
      merged.merge(again)
    }
    check(query.series(merged), example.expected.map { SeriesText($0) }, example, window)
  }

  private func check(
    _ series: [MetricsSeries], _ expected: [SeriesText], _ example: MetricsExample,
    _ window: MetricsWindow
  ) {
    let actual = series.map { SeriesText($0, window, base: Self.base) }
    if example.isExcerpt {
      for one in expected { #expect(actual.contains(one), "\(one) is not among \(actual)") }
    } else {
      #expect(actual == expected)
    }
  }

  @Test func everyExampleIsHere() {
    // 25 and 76 are about limits and exemplars: they stand below and among the tests of those.
    let numbers = Set(MetricsExample.all.map(\.number)).union([25, 76])
    #expect(numbers == Set(1...83))
  }

  @Test("66: only the most frequent value is listed, and said so")
  func topValues() throws {
    let example = try #require(MetricsExample.all.first { $0.number == 66 })
    let query = try MetricsQuery(example.query, example.window())
    let series = try query.series(example.traces)
    let baseline = series.filter { $0.labels.first?.value == .string("baseline") }
    #expect(baseline.count { $0.labels[1].key == "span.region" } == 1)
    #expect(series.contains { $0.isError && $0.labels[1].key == "span.region" })
  }

  @Test("76: as many exemplars as the hint says, at most 100", arguments: ["0", "false", "100000"])
  func exemplarHints(_ hint: String) throws {
    let example = try #require(MetricsExample.all.first { $0.number == 68 })
    var query = try MetricsQuery(
      "{} | rate() by (name) with(exemplars=\(hint))", example.window())
    query.exemplarCount = query.plan.exemplarCount(limit: 100, isInstant: false)
    let exemplars = try query.series(example.traces).flatMap(\.exemplars)
    #expect(hint == "100000" ? (1...100).contains(exemplars.count) : exemplars.isEmpty)
  }

  @Test("77: exemplars take the value of the final sample")
  func exemplarValues() throws {
    let example = try #require(MetricsExample.all.first { $0.number == 77 })
    var query = try MetricsQuery(example.query + " with(exemplars=4)", example.window())
    query.exemplarCount = query.plan.exemplarCount(limit: 100, isInstant: false)
    let exemplars = try query.series(example.traces).flatMap(\.exemplars)
    #expect((1...4).contains(exemplars.count))
    #expect(exemplars.allSatisfy { $0.value == 25 && $0.labels.first?.key == "trace:id" })
  }
}
