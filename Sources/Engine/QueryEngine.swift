package import Storage
package import TraceQL

/// Answers queries over a set of blocks. Cheap to make; all caches live in the blocks.
package struct QueryEngine: Sendable {
  package let blocks: [Block]

  package init(blocks: [Block]) { self.blocks = blocks }

  /// Runs a checked search query (`Query.body` a pipeline; of a metrics query its first pipeline).
  package func search(
    _ query: Query, options: QueryOptions, progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> SearchResult {
    throw .notYetSupported("search")
  }

  /// Legacy tag search: all traces in range whose tags match (http-api.md 5.3).
  package func search(
    tags: TagSearch, options: QueryOptions, progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> SearchResult {
    throw .notYetSupported("tag search")
  }

  /// Names of attributes. `scope` nil: all scopes. `filter`: lenient condition groups, nil: none.
  package func tagNames(
    scope: AttributeScope?, filter: ConditionGroups?, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> TagNames {
    throw .notYetSupported("tag names")
  }

  /// Values of one field (http-api.md 7.2).
  package func tagValues(
    of field: Field, filter: ConditionGroups?, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> TagValues {
    throw .notYetSupported("tag values")
  }

  /// Values of a bare key in every scope (http-api.md 7.1).
  package func tagValues(
    ofKeyInEveryScope key: String, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> TagValues {
    throw .notYetSupported("tag values")
  }

  /// The logical plan, the plan after rewriting, and the physical plan per block.
  package func explain(_ query: Query, options: QueryOptions) async throws(QueryError) -> String {
    throw .notYetSupported("explain")
  }
}

/// Legacy tag search conditions.
package struct TagSearch: Sendable {
  package var tags: [(key: String, value: String)]
  package var minimumDurationNanoseconds: UInt64?
  package var maximumDurationNanoseconds: UInt64?

  package init(
    tags: [(key: String, value: String)], minimumDurationNanoseconds: UInt64? = nil,
    maximumDurationNanoseconds: UInt64? = nil
  ) {
    self.tags = tags
    self.minimumDurationNanoseconds = minimumDurationNanoseconds
    self.maximumDurationNanoseconds = maximumDurationNanoseconds
  }
}
