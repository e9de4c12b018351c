import Columns
import Storage
import Synchronization
import TraceQL

/// Runs a search plan for the IDs of what matches alone: nothing is kept of a trace that was found.
struct TraceIDExecutor: Sendable {
  let plan: SearchPlan
  let scan: Scan
  /// Told of the IDs found in a unit, from several threads.
  let found: @Sendable ([[UInt8]]) -> Void

  func run() async throws(QueryError) -> TraceIDsFound {
    guard !plan.isEmpty else { return TraceIDsFound() }
    let reasons = try await scan.run({ work throws(StorageError) in try search(work) })
    return TraceIDsFound(partialReasons: reasons)
  }

  private func search(_ work: Scan.Work) throws(StorageError) {
    let unit = UnitSearch(plan: plan, limits: scan.options.limits, recorder: work.recorder)
    guard let matches = try unit.run(work.unit, traces: work.traces) else { return }
    let traces = matches.layers.selected.gathered(matches.context.layout.spansOfTrace)
    scan.progress.tracesMatched.wrappingAdd(traces.populationCount, ordering: .relaxed)
    guard !traces.isEmpty, case .text(let ids)? = try matches.context.unit.column(.traceID)
    else { return }
    found(traces.indices().map { ids.bytes(at: Int($0)) })
  }
}

/// What is to be said of an answer whose matches went elsewhere.
struct TraceIDsFound: PartialAnswer {
  var partialReasons: [String] = []
}
