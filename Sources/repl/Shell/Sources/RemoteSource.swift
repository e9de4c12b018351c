import Engine
import OTLP
import Remote
import TraceQL

/// A server with Tempo's API.
struct RemoteSource: TraceSource {
  private let client: TempoClient

  init(address: String, tenant: String?) {
    client = TempoClient(baseURL: address, tenant: tenant)
  }

  var address: String { client.baseURL }
  var kind: String { "server" }
  var timeRange: ClosedRange<UInt64>? { nil }

  func overview(_ session: Session) async throws(CommandFailure) -> SourceOverview {
    let progress = QueryProgress()
    let version: String
    do throws(RemoteError) {
      version = try client.version(progress)
    } catch .refused {
      // A proxy may let the query API through and nothing else.
      version = ""
    } catch { throw CommandFailure(error) }
    var facts = [(name: "server", value: client.baseURL + (version.isEmpty ? "" : " · " + version))]
    do throws(RemoteError) {
      let services = try client.tagValues(
        of: "resource.service.name", filter: "", timeRange: nil, progress: progress)
      facts.append((name: "services", value: NumberText.grouped(services.count)))
    } catch { throw CommandFailure(error) }
    return SourceOverview(facts: facts)
  }

  func search(
    _ query: CheckedQuery, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> SearchResult {
    do throws(RemoteError) {
      return try client.search(query.plainText, options: options, progress: progress)
    } catch .cancelled {
      return SearchResult(
        traces: [], matchedTraceCount: 0, matchedTraceCountIsExact: false,
        partialReasons: ["cancelled"], statistics: QueryStatistics())
    } catch { throw CommandFailure(error) }
  }

  func metrics(
    _ query: CheckedQuery, range: MetricsRange, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> MetricsResult {
    do throws(RemoteError) {
      return try client.metrics(
        query.plainText, range: UInt64(clamping: range.start)...UInt64(clamping: range.end),
        stepNanoseconds: range.stepNanoseconds, isInstant: range.isInstant,
        exemplarsMax: options.metrics.exemplarsMax, progress: progress)
    } catch { throw CommandFailure(error) }
  }

  func analyze(
    _ query: CheckedQuery, range: MetricsRange?, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> QueryAnalysis? { nil }

  func trace(
    id: [UInt8], timeRange: ClosedRange<UInt64>?, progress: QueryProgress
  ) async throws(CommandFailure) -> Trace? {
    do throws(RemoteError) {
      var trace = try client.trace(id: id, progress: progress)
      trace?.separateSharedIDs()
      return trace
    } catch { throw CommandFailure(error) }
  }

  func names(
    filter: String?, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> [ScopedNames] {
    do throws(RemoteError) {
      let found = try client.tagNames(
        filter: filter ?? "", timeRange: options.timeRange, progress: progress)
      return found.filter { $0.scope != "intrinsic" }
        .map { ScopedNames(scope: $0.scope, names: $0.names.sorted()) }
    } catch { throw CommandFailure(error) }
  }

  func values(
    of field: Field, filter: String?, options: QueryOptions, progress: QueryProgress,
    found: @escaping @Sendable ([Value]) -> Void
  ) async throws(CommandFailure) -> [Value] {
    do throws(RemoteError) {
      return try client.tagValues(
        of: field.description, filter: filter ?? "", timeRange: options.timeRange,
        progress: progress)
    } catch { throw CommandFailure(error) }
  }

  // The API lists and does not count.

  func countNames(
    filter: String?, options: QueryOptions, progress: QueryProgress,
    found: @escaping @Sendable ([String: [String: Int]]) -> Void
  ) async throws(CommandFailure) -> Bool { false }

  func countValues(
    of field: Field, filter: String?, options: QueryOptions, progress: QueryProgress,
    found: @escaping @Sendable ([Value: Int]) -> Void
  ) async throws(CommandFailure) -> Bool { false }

  func explain(
    _ query: CheckedQuery, options: QueryOptions
  ) async throws(CommandFailure) -> String {
    throw CommandFailure("a server does not show its plans", code: .badRequest)
  }
}
