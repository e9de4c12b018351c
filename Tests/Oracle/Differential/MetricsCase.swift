package import Engine
import Storage
import TestSupport
import TraceQL

/// One metrics question put to engine and oracle.
package struct MetricsCase: Sendable {
  package var store: MemoryStore
  package var text: String
  /// The same, written out for the oracle.
  package var plain: String
  package var window: MetricsWindow
  var options: MetricsOptions

  /// What differs, or nil.
  package func difference() -> String? {
    guard let query = Query.parse(text).query else { return nil }
    let parsed = Query.parse(plain)
    guard parsed.isValid, let written = parsed.query else {
      return "written out it is no query: \(plain)\n\(parsed.diagnostics)"
    }
    let hints = OracleHints(text: text)
    let oracle = MetricsOracle(
      OracleStore(store.blocks), window: OracleWindow(window),
      quantiles: options.quantiles == .sketch ? .withinError : .powersOfTwo, hints: hints)
    do {
      let actual = try UnitSeries(query, window: window, options: options).series(store.units())
        .filter { $0.samples.contains { !$0.isNaN } }
      let faults = compare(actual, oracle.series(written))
      if !faults.isEmpty { return faults.joined(separator: "\n") }
      let most = window.isInstant ? 0 : hints.exemplarsMax(requested: 0, most: options.exemplarsMax)
      return ExemplarCheck(oracle: oracle, query: written, most: most).fault(actual)
    } catch {
      return "engine fails: \(error)"
    }
  }

  private func compare(_ actual: [MetricsSeries], _ expected: [OracleSeries]) -> [String] {
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
    if faults.isEmpty, known.map(\.1) != expected.map(\.text) {
      faults.append("order: engine \(known.map(\.1)), oracle \(expected.map(\.text))")
    }
    return faults
  }

  /// Cases of one seed: some spans, and several queries about them.
  package static func cases(seed: UInt64, count: Int) -> [MetricsCase] {
    var random = SplitMix(seed: seed)
    var traces = RandomTraces(seed: random.next())
    traces.isTame = true
    var cuts = RandomCuts(seed: random.next())
    var queries = RandomQueries(seed: random.next())
    // Nanoseconds, or times that milliseconds tell apart.
    let unit = random.pick([1, 1, 1_000_000, 700_001] as [Int64])
    let made = traces.traces(random.pick([1, 3, 6, 12])).map { $0.spread(by: unit) }
    let blocks = cuts.blocks(
      made, count: random.pick([1, 1, 2, 3]), copies: random.pick([0, 30, 100]))
    let store = MemoryStore(
      blocks: blocks, storing: blocks.map { _ in random.pick(MemoryUnit.Storing.allCases) })
    var result: [MetricsCase] = []
    while result.count < count {
      var options = MetricsOptions()
      options.exemplarsMax = random.pick([0, 1, 2, 5, 100])
      options.quantiles = random.chance(percent: 10) ? .powersOfTwo : .sketch
      let text =
        options.quantiles == .sketch ? queries.metricsQuery() : queries.interpolatedQuery()
      let parsed = Query.parse(text.text)
      guard parsed.isValid else { continue }
      result.append(
        MetricsCase(
          store: store, text: text.text, plain: text.plain,
          window: .random(using: &random, unit: unit), options: options))
    }
    return result
  }
}

extension MetricsWindow {
  /// Part of the 50 units in which random spans start, or all of them.
  static func random(using random: inout SplitMix, unit: Int64 = 1) -> MetricsWindow {
    let step = UInt64(random.pick([1, 5, 7, 10, 25, 70] as [Int64]) * unit)
    let start = UInt64(SpanNotation.epoch + random.pick([-5, -5, 5] as [Int64]) * unit)
    let whole = UInt64(70 * unit) / step
    let count = random.chance(percent: 60) ? whole : UInt64(random.integer(1...4))
    if random.chance(percent: 15) {
      return MetricsWindow(
        start: start, end: start + count * step, step: count * step, isInstant: true)
    }
    return MetricsWindow(start: start, end: start + count * step, step: step)
  }
}

extension OracleWindow {
  init(_ window: MetricsWindow) {
    self.init(
      start: Int64(window.startNanoseconds), step: Int64(window.stepNanoseconds),
      intervalCount: window.intervalCount)
  }
}

extension StoredTrace {
  /// With spans that start so many times as far apart.
  fileprivate func spread(by factor: Int64) -> StoredTrace {
    var result = self
    for batch in batches.indices {
      for span in batches[batch].spans.indices {
        let start = batches[batch].spans[span].start - SpanNotation.epoch
        result.batches[batch].spans[span].start = SpanNotation.epoch + start * factor
      }
    }
    return result
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
