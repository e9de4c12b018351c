package import Engine
import Storage
import TestSupport
import TraceQL

/// One metrics question put to engine and oracle.
package struct MetricsCase: Sendable {
  package var store: MemoryStore
  package var text: String
  package var window: MetricsWindow

  /// What differs, or nil.
  package func difference() -> String? {
    guard let query = Query.parse(text).query else { return nil }
    let oracle = MetricsOracle(
      OracleStore(store.blocks), start: Int64(window.startNanoseconds),
      step: Int64(window.stepNanoseconds), intervalCount: window.intervalCount)
    do {
      let actual = try UnitSeries(query, window: window).series(store.units())
        .filter { $0.samples.contains { !$0.isNaN } }
      return compare(actual, oracle.series(query))
    } catch {
      return "engine fails: \(error)"
    }
  }

  private func compare(_ actual: [MetricsSeries], _ expected: [OracleSeries]) -> String? {
    let known = actual.map { ($0, MetricsLines.text($0.labels)) }
    var faults: [String] = []
    if Set(known.map(\.1)).count != known.count {
      faults.append("engine: a label set occurs twice")
    }
    for series in expected {
      guard let same = known.first(where: { $0.1 == series.text })?.0 else {
        faults.append("oracle only: {\(series.text)} \(series.samples)")
        continue
      }
      for (interval, pair) in zip(same.samples, series.samples).enumerated() {
        let bounds = interval < series.bounds.count ? series.bounds[interval] : nil
        let agrees =
          bounds.map { $0.contains(pair.0) } ?? MetricsLines.isEqual(pair.0, pair.1)
        if !agrees {
          let wanted = bounds.map { "\($0)" } ?? "\(pair.1)"
          faults.append("{\(series.text)} \(interval): engine \(pair.0), oracle \(wanted)")
        }
      }
    }
    for (series, text) in known where !expected.contains(where: { $0.text == text }) {
      faults.append("engine only: {\(text)} \(series.samples)")
    }
    return faults.isEmpty ? nil : faults.joined(separator: "\n")
  }

  /// Cases of one seed: some spans, and several queries about them.
  package static func cases(seed: UInt64, count: Int) -> [MetricsCase] {
    var random = SplitMix(seed: seed)
    var traces = RandomTraces(seed: random.next())
    traces.isTame = true
    var cuts = RandomCuts(seed: random.next())
    var queries = RandomQueries(seed: random.next())
    let blocks = cuts.blocks(
      traces.traces(random.pick([1, 3, 6, 12])), count: random.pick([1, 1, 2, 3]),
      copies: random.pick([0, 30, 100]))
    let store = MemoryStore(
      blocks: blocks, storing: blocks.map { _ in random.pick(MemoryUnit.Storing.allCases) })
    var result: [MetricsCase] = []
    while result.count < count {
      let text = queries.metricsQuery()
      let parsed = Query.parse(text)
      // What is constantly false is no answer, not one of zeros (1).
      guard parsed.isValid, let query = parsed.query, !"\(query)".contains("false") else {
        continue
      }
      result.append(MetricsCase(store: store, text: text, window: .random(using: &random)))
    }
    return result
  }
}

extension MetricsWindow {
  /// Part of the 50 ns in which random spans start, or all of them.
  static func random(using random: inout SplitMix) -> MetricsWindow {
    let step = UInt64(random.pick([1, 5, 7, 10, 25, 70]))
    let start = UInt64(SpanNotation.epoch) + UInt64(random.pick([0, 0, 10])) - 5
    let count = random.chance(percent: 60) ? 70 / step : UInt64(random.integer(1...4))
    return MetricsWindow(start: start, end: start + count * step, step: step)
  }
}

enum MetricsLines {
  static func text(_ labels: [NamedValue]) -> String {
    labels.map { "\($0.key)=\(OracleValue($0.value))" }.joined(separator: ", ")
  }

  static func isEqual(_ a: Double, _ b: Double) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
    return a == b || abs(a - b) <= 1e-9 * max(abs(a), abs(b))
  }
}
