import Columns
@testable import Engine
import Storage
import TraceQL

/// A query run over one unit, from its text to its matches: what a worker does, without blocks.
struct UnitQuery {
  struct Invalid: Error, CustomStringConvertible {
    var description: String
  }

  let plan: SearchPlan

  init(_ text: String) throws {
    let parsed = Query.parse(text)
    guard parsed.isValid, let query = parsed.query else {
      throw Invalid(description: "\(text): \(parsed.diagnostics.map { "\($0.code)" })")
    }
    plan = SearchPlan(query)
  }

  /// Matches in the order of results. `limit` and `spansPerSpanSet`: 0 is no limit.
  func matches(
    _ unit: any SpanUnit, limit: Int = 0, spansPerSpanSet: Int = 0
  ) throws(StorageError) -> [TraceMatch] {
    let collector = MatchCollector(limit: limit)
    let all = Bitmap(count: unit.traceCount, filled: true)
    if !plan.isEmpty, let found = try UnitSearch(plan: plan).run(unit, traces: all) {
      let builder = MatchBuilder(plan: plan, spansPerSpanSet: spansPerSpanSet)
      let traces = found.state.selected.gathered(found.context.layout.spansOfTrace)
      collector.add(
        try builder.build(found, traces: traces), count: traces.populationCount)
    }
    return collector.finish().matches
  }
}
