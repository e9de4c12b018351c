import Engine
import OTLP
import TraceQL

/// Something the shell can ask: blocks on disk, or a server with Tempo's API.
protocol TraceSource: Sendable {
  /// As people would name it: a path, a URL.
  var address: String { get }
  /// "3 blocks", "server": what the prompt's first screen and `.sources` say.
  var kind: String { get }

  /// What there is, without reading data.
  func overview(_ session: Session) async throws(CommandFailure) -> SourceOverview

  /// `text` is the query as written, for those who only pass it on.
  func search(
    _ query: CheckedQuery, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> SearchResult

  func metrics(
    _ query: CheckedQuery, range: MetricsRange, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> MetricsResult

  /// nil: there is none of that ID.
  func trace(
    id: [UInt8], timeRange: ClosedRange<UInt64>?, progress: QueryProgress
  ) async throws(CommandFailure) -> Trace?

  /// Names of attributes by scope, from dictionaries; on spans that pass `filter`, if there is one.
  func names(
    filter: String?, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> [ScopedNames]

  /// `found` hears of some as they become known, from several threads.
  func values(
    of field: Field, filter: String?, options: QueryOptions, progress: QueryProgress,
    found: @escaping @Sendable ([Value]) -> Void
  ) async throws(CommandFailure) -> [Value]

  /// Counts beside names or values; false if the source does not count.
  func countNames(
    filter: String?, options: QueryOptions, progress: QueryProgress,
    found: @escaping @Sendable ([String: [String: Int]]) -> Void
  ) async throws(CommandFailure) -> Bool

  func countValues(
    of field: Field, filter: String?, options: QueryOptions, progress: QueryProgress,
    found: @escaping @Sendable ([Value: Int]) -> Void
  ) async throws(CommandFailure) -> Bool

  func explain(
    _ query: CheckedQuery, options: QueryOptions
  ) async throws(CommandFailure) -> String

  /// Runs a query and says what its operators cost; nil if the source cannot say. `range`: of
  /// metrics queries.
  func analyze(
    _ query: CheckedQuery, range: MetricsRange?, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> QueryAnalysis?

  /// Attributes as TraceQL writes them, with the types of their values; "" where nobody knows.
  func types(
    options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> [String: String]

  /// The time the data covers; nil if nobody knows.
  var timeRange: ClosedRange<UInt64>? { get }
}

/// A query that has been parsed and found good.
struct CheckedQuery: Sendable {
  var query: Query
  /// As it was written.
  var text: String
  /// The same without parameters and extensions of the shell, for servers.
  var plainText: String

  var isMetrics: Bool {
    if case .metrics = query.body { true } else { false }
  }
}

/// Attribute names of one scope, sorted.
package struct ScopedNames: Sendable, Equatable {
  /// `resource`, `span`, `event`, `link`, `instrumentation`.
  package var scope: String
  package var names: [String]

  package init(scope: String, names: [String]) {
    self.scope = scope
    self.names = names
  }
}

/// What opening a source shows.
struct SourceOverview: Sendable {
  /// Names and what they are, one a line.
  var facts: [(name: String, value: String)]
}
