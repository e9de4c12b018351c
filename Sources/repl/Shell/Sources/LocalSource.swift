import Columns
import Engine
import LiveStore
import OTLP
import Storage
import TraceQL

/// Blocks on disk, of one path or several together.
struct LocalSource: TraceSource {
  let paths: [String]
  let blocks: [Block]
  let warnings: [String]
  let engine: QueryEngine

  /// Bytes of footers, page indexes, dictionaries and shapes kept between queries.
  private static let cacheBytes = 256 << 20

  private let tenant: String?
  private let cache: BoundedCache
  /// Of each path that a server writes to, what it looked like before it was opened.
  private let served: [ServedFolder.State?]

  /// Of a folder that is being served the write-ahead log is read as well.
  static func open(
    paths: [String], tenant: String?
  ) throws(CommandFailure) -> LocalSource {
    try LocalSource(
      paths: paths, tenant: tenant,
      cache: BoundedCache(capacityBytes: cacheBytes, decodedBytes: cacheBytes / 4))
  }

  private init(
    paths: [String], tenant: String?, cache: BoundedCache
  ) throws(CommandFailure) {
    self.paths = paths
    self.tenant = tenant
    self.cache = cache
    served = paths.map { ServedFolder.state(of: $0, tenant: tenant) }
    var catalogs: [BlockCatalog] = []
    do throws(StorageError) {
      for path in paths {
        catalogs.append(
          try ServedFolder.open(path: path, tenant: tenant, cache: cache))
      }
    } catch { throw CommandFailure(error) }
    let catalog = BlockCatalog.joined(catalogs)
    blocks = catalog.blocks
    warnings = catalog.warnings
    engine = QueryEngine(blocks: blocks)
  }

  /// The source with the spans and blocks of now; nil if nothing has come or gone.
  func renewed() throws(CommandFailure) -> LocalSource? {
    guard served.contains(where: { $0 != nil }),
      served != paths.map({ ServedFolder.state(of: $0, tenant: tenant) })
    else { return nil }
    return try LocalSource(paths: paths, tenant: tenant, cache: cache)
  }

  var address: String { paths.joined(separator: " ") }
  var kind: String { NumberText.counted(blocks.count, "block") }

  var timeRange: ClosedRange<UInt64>? { blocks.timeRange }

  func overview(_ session: Session) async throws(CommandFailure) -> SourceOverview {
    let metadata = blocks.map(\.metadata)
    let formats = Dictionary(grouping: metadata, by: \.format).mapValues(\.count)
    let versions = formats.sorted { $0.key < $1.key }
      .map { formats.count == 1 ? $0.key : "\($0.key) ×\($0.value)" }
    var facts = [
      ("blocks", NumberText.grouped(blocks.count) + " · " + versions.joined(separator: ", ")),
      ("size", NumberText.bytes(metadata.reduce(0) { $0 + $1.byteCount })),
      ("traces", NumberText.grouped(metadata.reduce(0) { $0 + $1.traceCount })),
    ]
    if let spans = try spanCount() { facts.append(("spans", NumberText.grouped(spans))) }
    if let range = timeRange {
      let zone = session.settings.zone
      let ends = [range.lowerBound, range.upperBound].map {
        CivilTime(unixNanoseconds: $0, zone: zone).readable
      }
      let length = DurationText.format(
        nanoseconds: Int64(clamping: range.upperBound - range.lowerBound))
      facts.append(("time", ends.joined(separator: " to ") + " (\(length))"))
    }
    return SourceOverview(facts: facts.map { (name: $0.0, value: $0.1) })
  }

  /// Blocks whose footers are read for the overview; with more of them spans are not counted.
  private static let footersMax = 64

  /// Spans by the files' footers: what the column of span IDs holds.
  private func spanCount() throws(CommandFailure) -> Int? {
    guard blocks.count <= Self.footersMax else { return nil }
    var total = 0
    do throws(StorageError) {
      for block in blocks {
        for file in try block.files() {
          guard let count = file.spanCountByFooter else { return nil }
          total += count
        }
      }
    } catch { throw CommandFailure(error) }
    return total
  }

  // MARK: Queries

  func search(
    _ query: CheckedQuery, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> SearchResult {
    do throws(QueryError) {
      return try await engine.search(query.query, options: options, progress: progress)
    } catch { throw CommandFailure(error, source: query.text) }
  }

  func metrics(
    _ query: CheckedQuery, range: MetricsRange, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> MetricsResult {
    let window = try range.window()
    do throws(QueryError) {
      return try await engine.metrics(
        query.query, window: window, options: options, progress: progress)
    } catch { throw CommandFailure(error, source: query.text) }
  }

  func analyze(
    _ query: CheckedQuery, range: MetricsRange?, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> QueryAnalysis? {
    var window: MetricsWindow?
    if let range { window = try range.window() }
    do throws(QueryError) {
      return try await engine.analyze(
        query.query, window: window, options: options, progress: progress)
    } catch { throw CommandFailure(error, source: query.text) }
  }

  func trace(
    id: [UInt8], timeRange: ClosedRange<UInt64>?, progress: QueryProgress
  ) async throws(CommandFailure) -> Trace? {
    do throws(StorageError) {
      let found = try TraceReader.find(
        traceID: id, blocks: blocks, timeRange: timeRange,
        statistics: progress.readStatistics(QueryLimits()))
      guard var trace = found?.trace else { return nil }
      trace.separateSharedIDs()
      return trace
    } catch { throw CommandFailure(error) }
  }

  func explain(
    _ query: CheckedQuery, options: QueryOptions
  ) async throws(CommandFailure) -> String {
    do throws(QueryError) {
      return try await engine.explain(query.query, options: options)
    } catch { throw CommandFailure(error, source: query.text) }
  }

  // MARK: Names and values

  func names(
    filter: String?, options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> [ScopedNames] {
    do throws(QueryError) {
      let found = try await engine.tagNames(
        scope: nil, filter: Self.groups(filter, for: nil), options: options, progress: progress)
      return found.scopes.map { ScopedNames(scope: $0.name, names: $0.tags) }
    } catch { throw CommandFailure(error, source: filter ?? "") }
  }

  func values(
    of field: Field, filter: String?, options: QueryOptions, progress: QueryProgress,
    found: @escaping @Sendable ([Value]) -> Void
  ) async throws(CommandFailure) -> [Value] {
    do throws(QueryError) {
      return try await engine.tagValues(
        of: field, filter: Self.groups(filter, for: field), options: options, progress: progress,
        found: { found(Array($0)) }
      ).values
    } catch { throw CommandFailure(error, source: filter ?? "") }
  }

  func countNames(
    filter: String?, options: QueryOptions, progress: QueryProgress,
    found: @escaping @Sendable ([String: [String: Int]]) -> Void
  ) async throws(CommandFailure) -> Bool {
    do throws(QueryError) {
      return try await engine.countNames(
        filter: Self.groups(filter, for: nil), options: options, progress: progress
      ) { counts in
        found([String: [String: Int]](uniqueKeysWithValues: counts.map { ($0.key.name, $0.value) }))
      }
    } catch { throw CommandFailure(error, source: filter ?? "") }
  }

  func countValues(
    of field: Field, filter: String?, options: QueryOptions, progress: QueryProgress,
    found: @escaping @Sendable ([Value: Int]) -> Void
  ) async throws(CommandFailure) -> Bool {
    do throws(QueryError) {
      return try await engine.countValues(
        of: field, filter: Self.groups(filter, for: field), options: options, progress: progress,
        found: found)
    } catch { throw CommandFailure(error, source: filter ?? "") }
  }

  private static func groups(_ filter: String?, for field: Field?) -> ConditionGroups? {
    guard let filter else { return nil }
    // A filter with too many alternatives narrows nothing.
    return (try? LenientParser.conditionGroups(filter, for: field)) ?? nil
  }
}
