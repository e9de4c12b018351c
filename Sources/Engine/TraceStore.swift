import Columns
import Storage
import TraceQL

/// Tempo's blocks, opened to be asked: the engine for programs that embed it.
///
///     let store = try TraceStore(paths: ["/var/tempo/traces"])
///     let found = try await store.search("{ status = error }")
///     for trace in found.traces { print(trace.rootTraceName, trace.durationNanoseconds) }
///
/// Queries may run at the same time. Blocks that appear later are seen by a store opened later.
public struct TraceStore: Sendable {
  /// What a block says of itself.
  public struct BlockSummary: Sendable {
    /// The block's ID, or its file's name.
    public var name: String
    /// `vParquet4` and the like.
    public var format: String
    /// 0 where the block does not say.
    public var traceCount: Int
    public var byteCount: Int
    /// Unix nanoseconds between which spans were taken in; nil where the block does not say.
    public var timeRange: ClosedRange<UInt64>?
  }

  private let engine: QueryEngine
  /// What was passed over while opening, and why.
  public let warnings: [String]

  /// Opens the blocks at each path: a folder of tenants, a tenant's folder, one block, a
  /// write-ahead folder, or a Parquet file. `tenant` may be nil where there is only one.
  ///
  /// Up to `cacheBytes` of footers, page indexes and dictionaries are kept between queries; of these
  /// a quarter is for decoded values that are asked for again.
  public init(
    paths: [String], tenant: String? = nil, cacheBytes: Int = 96 << 20
  ) throws(TraceStoreError) {
    guard !paths.isEmpty else {
      throw TraceStoreError(kind: .source, message: "no path was given")
    }
    do throws(StorageError) {
      let catalog = try BlockCatalog.open(
        paths: paths, tenant: tenant,
        cache: BoundedCache(
          capacityBytes: max(0, cacheBytes), decodedBytes: max(0, cacheBytes) / 4))
      engine = QueryEngine(blocks: catalog.blocks)
      warnings = catalog.warnings
    } catch {
      throw TraceStoreError(kind: .source, message: error.description)
    }
  }

  /// The blocks, oldest first.
  public var blocks: [BlockSummary] {
    engine.blocks.map { block in
      BlockSummary(
        name: block.name, format: block.metadata.format, traceCount: block.metadata.traceCount,
        byteCount: block.metadata.byteCount, timeRange: block.metadata.timeRange)
    }
  }

  // MARK: Questions

  /// The newest traces that match a TraceQL search.
  ///
  /// `progress` shows how far the search is, and stops it from another task or thread: what was
  /// found by then is the answer, with the reason in `partialReasons`.
  public func search(
    _ text: String, options: QueryOptions = QueryOptions(),
    progress: QueryProgress = QueryProgress()
  ) async throws(TraceStoreError) -> SearchResult {
    let query = try Self.parse(text)
    guard case .pipeline = query.body else {
      throw TraceStoreError(kind: .query, message: "a metrics query gives series, not traces")
    }
    do throws(QueryError) {
      return try await engine.search(query, options: options, progress: progress)
    } catch {
      throw TraceStoreError(error, source: text)
    }
  }

  /// The time series of a TraceQL metrics query over a window of time.
  public func series(
    _ text: String, window: MetricsWindow, options: QueryOptions = QueryOptions(),
    progress: QueryProgress = QueryProgress()
  ) async throws(TraceStoreError) -> MetricsResult {
    let query = try Self.parse(text)
    guard case .metrics = query.body else {
      throw TraceStoreError(
        kind: .query, message: "a search gives traces; add a stage such as '| rate()' for series")
    }
    do throws(QueryError) {
      return try await engine.metrics(query, window: window, options: options, progress: progress)
    } catch {
      throw TraceStoreError(error, source: text)
    }
  }

  /// The values of a field, written as in TraceQL: `resource.service.name`, `name`.
  public func values(
    of field: String, options: QueryOptions = QueryOptions()
  ) async throws(TraceStoreError) -> [Value] {
    guard case .success(let parsed) = Field.parse(identifier: field) else {
      throw TraceStoreError(kind: .query, message: "'\(field)' is no field")
    }
    do throws(QueryError) {
      return try await engine.tagValues(of: parsed, filter: nil, options: options).values
    } catch {
      throw TraceStoreError(error, source: field)
    }
  }

  /// Names of attributes by scope, in order.
  public func attributeNames(
    options: QueryOptions = QueryOptions()
  ) async throws(TraceStoreError) -> [(scope: String, names: [String])] {
    do throws(QueryError) {
      let found = try await engine.tagNames(scope: nil, filter: nil, options: options)
      return found.scopes.map { ($0.name, $0.tags) }
    } catch {
      throw TraceStoreError(error, source: "")
    }
  }

  private static func parse(_ text: String) throws(TraceStoreError) -> Query {
    let parsed = Query.parse(text)
    guard parsed.isValid, let query = parsed.query else {
      let errors = parsed.diagnostics.filter(\.isError)
      throw TraceStoreError(.invalidQuery(errors), source: text)
    }
    return query
  }
}
