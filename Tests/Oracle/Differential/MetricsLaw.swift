import Engine
import Storage
import TestSupport
import TraceQL

/// What must hold of metrics for any spans.
package enum MetricsLaw: String, CaseIterable, Sendable {
  /// Sums over the intervals of any step are those of the whole window.
  case steps
  /// The same spans in any blocks, in any order; partial results merge in any order.
  case cuts
  case replicas
  /// `rate() * step` is `count_over_time()`.
  case rates
  /// `A / B` is the answer of A divided by that of B.
  case ratios
}

package struct MetricsLawCase {
  package let law: MetricsLaw
  private var random: SplitMix
  private let traces: [StoredTrace]
  private var queries: RandomQueries

  package init(seed: UInt64) {
    random = SplitMix(seed: seed)
    law = random.pick(MetricsLaw.allCases)
    var traces = RandomTraces(seed: random.next())
    traces.isTame = true
    self.traces = traces.traces(random.integer(1...8)).map(\.plain)
    queries = RandomQueries(seed: random.next())
  }

  package mutating func failure() -> String? {
    do {
      switch law {
      case .steps: return try steps()
      case .cuts, .replicas: return try blocks()
      case .rates: return try rates()
      case .ratios: return try ratios()
      }
    } catch {
      return "fails: \(error)"
    }
  }

  private typealias Answer = [String: [Double]]

  private func answer(
    _ text: String, _ window: MetricsWindow, _ blocks: [[StoredTrace]]? = nil
  ) throws -> Answer {
    guard let query = Query.parse(text).query else { return [:] }
    let units = MemoryStore(blocks: blocks ?? [traces]).units()
    let series = try UnitSeries(query, window: window).series(units)
    return Dictionary(series.map { (MetricsLines.text($0.labels), $0.samples) }) { a, _ in a }
  }

  private func compare(_ one: Answer, _ other: Answer, _ text: String) -> String? {
    func agree(_ a: [Double], _ b: [Double]?) -> Bool {
      guard let b, a.count == b.count else { return false }
      return zip(a, b).allSatisfy { MetricsLines.isEqual($0, $1) }
    }
    if one.keys == other.keys, one.allSatisfy({ agree($0.value, other[$0.key]) }) { return nil }
    return traces.map(\.notation).joined(separator: "\n") + "\nquery\n  \(text)\n\(one)\n\(other)"
  }

  private mutating func valid(_ make: (inout RandomQueries) -> String) -> String {
    while true {
      let text = make(&queries)
      if Query.parse(text).isValid && !text.contains("nestedSet") { return text }
    }
  }

  // MARK: Laws

  private mutating func steps() throws -> String? {
    let function = random.pick([
      "count_over_time()", "sum_over_time(.a)", "sum_over_time(duration)",
      "histogram_over_time(duration)", "histogram_over_time(.b)",
    ])
    let text = valid { queries in
      let (spans, groups) = queries.countPipeline()
      return "\(spans) | \(function)\(groups)"
    }
    let start = UInt64(SpanNotation.epoch) - 6
    func totals(_ step: UInt64) throws -> Answer {
      let window = MetricsWindow(start: start, end: start + 60, step: step)
      return try answer(text, window).mapValues { [$0.filter { !$0.isNaN }.reduce(0, +)] }
    }
    let whole = try totals(60)
    for step in [1, 3, 10, 20] as [UInt64] {
      if let fault = compare(whole, try totals(step), "\(text), step \(step)") { return fault }
    }
    return nil
  }

  private mutating func blocks() throws -> String? {
    let text = valid { $0.metricsQuery().text }
    let window = MetricsWindow.random(using: &random)
    var cuts = RandomCuts(seed: random.next())
    var blocks = cuts.blocks(traces, count: random.pick([1, 2, 7]), copies: 0)
    if law == .replicas { blocks += blocks }
    blocks.shuffle(using: &random)
    return compare(try answer(text, window), try answer(text, window, blocks), text)
  }

  private mutating func rates() throws -> String? {
    var parts = ("", "")
    let text = valid { queries in
      let (spans, groups) = queries.countPipeline()
      parts = (spans, groups)
      return "\(spans) | rate()\(groups)"
    }
    let window = MetricsWindow.random(using: &random)
    let seconds = window.stepSeconds
    let rates = try answer(text, window).mapValues { $0.map { $0 * seconds } }
    let counts = try answer("\(parts.0) | count_over_time()\(parts.1)", window)
    // Series of an ungrouped function are called after it.
    let named = Dictionary(
      uniqueKeysWithValues: counts.map {
        ($0.key == "__name__=\"count_over_time\"" ? "__name__=\"rate\"" : $0.key, $0.value)
      })
    return compare(rates, named, text)
  }

  private mutating func ratios() throws -> String? {
    var parts = ("", "", "")
    let text = valid { queries in
      let (spans, groups) = queries.countPipeline()
      parts = (spans, queries.observed(), groups.isEmpty ? " by(name)" : groups)
      return "(\(parts.0) | count_over_time()\(parts.2)) / (\(parts.1) | rate()\(parts.2))"
    }
    let window = MetricsWindow.random(using: &random)
    let above = try answer("\(parts.0) | count_over_time()\(parts.2)", window)
    let below = try answer("\(parts.1) | rate()\(parts.2)", window)
    var divided: Answer = [:]
    for (key, samples) in above {
      guard let other = below[key] else { continue }
      let quotients = zip(samples, other).map { $1 == 0 ? .nan : $0 / $1 }
      if quotients.contains(where: { !$0.isNaN }) { divided[key] = quotients }
    }
    return compare(try answer(text, window), divided, text)
  }
}
