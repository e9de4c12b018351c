/// Every key of the configuration, once: where it stands in the file, what it sets.
///
/// Keys of Tempo's keep the names and places they have in its configuration; ours are below
/// `traceql`.
enum ConfigurationTable {
  struct Key: Sendable {
    /// `server.http_listen_port`.
    var path: String
    var field: Field
    var summary: String
    /// A running server does not follow a change of it.
    var isFixed: Bool

    /// Whether it takes any number of values.
    var isList: Bool {
      if case .list = field { true } else { false }
    }
  }

  enum Field: Sendable {
    case text(any Path<String>)
    case choice(any Path<String>, of: [String])
    case flag(any Path<Bool>)
    /// `floor` is the least value that makes sense.
    case count(any Path<Int>, floor: Int)
    case bytes(any Path<Int>)
    case length(any Path<Configuration.Length>)
    case list(any Path<[String]>)
  }

  typealias Path<Value> = WritableKeyPath<Configuration, Value> & Sendable

  static let keys: [Key] = root + server + receiving + compacting + storage + queries + limits + own

  static func key(
    _ path: String, _ field: Field, _ summary: String, isFixed: Bool = false
  ) -> Key {
    Key(path: path, field: field, summary: summary, isFixed: isFixed)
  }

  private static let root = [
    key(
      "multitenancy_enabled", .flag(\.multitenancyEnabled),
      "requests name their tenant in X-Scope-OrgID", isFixed: true),
    key("http_api_prefix", .text(\.pathPrefix), "put in front of every /api path"),
  ]

  private static let server = [
    key(
      "server.http_listen_address", .text(\.listenHost), "address to listen on", isFixed: true),
    key(
      "server.http_listen_port", .count(\.listenPort, floor: 0), "port; 0 takes a free one",
      isFixed: true),
    key(
      "server.http_listen_conn_limit", .count(\.connectionCountMax, floor: 1),
      "open connections at most", isFixed: true),
    key(
      "server.http_server_read_timeout", .length(\.readTimeout),
      "a request must be complete after it", isFixed: true),
    key(
      "server.http_server_write_timeout", .length(\.writeTimeout),
      "an answer must be taken after it", isFixed: true),
    key(
      "server.http_server_idle_timeout", .length(\.idleTimeout),
      "a connection without requests is closed after it", isFixed: true),
    key(
      "server.graceful_shutdown_timeout", .length(\.drainTimeout),
      "how long SIGTERM waits for queries"),
    key(
      "server.log_level", .choice(\.logLevel, of: ["debug", "info", "warn", "error"]),
      "least level that is logged"),
    key(
      "server.log_format", .choice(\.logFormat, of: ["logfmt", "json"]), "form of log lines"),
    key(
      "server.http_tls_config.cert_file", .text(\.certificateFile),
      "certificates in PEM; with key_file, TLS is spoken", isFixed: true),
    key("server.http_tls_config.key_file", .text(\.keyFile), "private key in PEM", isFixed: true),
  ]

  private static let storage = [
    key(
      "storage.trace.backend", .choice(\.backend, of: ["local"]), "where blocks lie",
      isFixed: true),
    key(
      "storage.trace.local.path", .text(\.sourcePath), "folder of tenants, of blocks, or a block",
      isFixed: true),
    key(
      "storage.trace.block.version", .choice(\.blockFormat, of: ["vParquet4", "vParquet5"]),
      "format of blocks that are written", isFixed: true),
    key(
      "storage.trace.blocklist_poll", .length(\.pollInterval),
      "how often new and gone blocks are looked for"),
  ]

  private static let queries = [
    key(
      "query_frontend.multi_tenant_queries_enabled", .flag(\.multitenantQueriesEnabled),
      "several tenants in one request: a|b"),
    key(
      "query_frontend.max_outstanding_per_tenant", .count(\.waitingPerTenantMax, floor: 0),
      "queries of a tenant that may wait; more are answered 429"),
    key(
      "query_frontend.api_timeout", .length(\.queryTimeout),
      "a query that takes longer is answered 503"),
    key(
      "query_frontend.max_query_expression_size_bytes", .count(\.queryTextBytesMax, floor: 1),
      "longest query text"),
    key(
      "query_frontend.mcp_server.enabled", .flag(\.isMCPEnabled), "answers MCP at /api/mcp"),
    key(
      "query_frontend.search.default_result_limit", .count(\.limitDefault, floor: 1),
      "traces listed if a search does not say"),
    key(
      "query_frontend.search.max_result_limit", .count(\.limitMax, floor: 0),
      "most traces a search may ask for"),
    key(
      "query_frontend.search.default_spans_per_span_set",
      .count(\.spansPerSpanSetDefault, floor: 1), "spans listed per span set"),
    key(
      "query_frontend.search.max_spans_per_span_set", .count(\.spansPerSpanSetMax, floor: 0),
      "most spans per span set a search may ask for"),
    key(
      "query_frontend.search.max_duration", .length(\.searchDurationMax),
      "longest range of a search"),
    key(
      "query_frontend.metrics.max_duration", .length(\.metricsDurationMax),
      "longest range of a metrics query"),
    key(
      "query_frontend.metrics.max_intervals", .count(\.metricsIntervalsMax, floor: 1),
      "most steps of a metrics query"),
    key(
      "querier.max_concurrent_queries", .count(\.runningQueriesMax, floor: 0),
      "queries that run at a time; 0: two per processor"),
  ]

  private static let limits = [
    key(
      "overrides.defaults.global.max_bytes_per_trace", .bytes(\.traceBytesMax),
      "largest trace that is given whole; further spans of larger ones are not taken"),
    key(
      "overrides.defaults.ingestion.rate_limit_bytes", .bytes(\.rateBytes),
      "bytes a second a tenant may send", isFixed: true),
    key(
      "overrides.defaults.ingestion.burst_size_bytes", .bytes(\.burstBytes),
      "bytes at once; 0: as many as a second", isFixed: true),
    key(
      "overrides.defaults.ingestion.max_traces_per_user", .count(\.liveTracesMax, floor: 0),
      "traces of a tenant that get spans at a time; spans of more are dropped", isFixed: true),
    key(
      "overrides.defaults.read.max_bytes_per_tag_values_query", .bytes(\.tagBytesMax),
      "tag names and values in one answer, in bytes; the answer is marked partial there"),
    key(
      "overrides.defaults.read.left_pad_trace_ids", .flag(\.padsTraceIDs),
      "searches show trace IDs with their leading zeros"),
  ]

  private static let own = [
    key(
      "traceql.sources", .list(\.furtherSources),
      "further folders whose blocks are served beside storage.trace.local.path", isFixed: true),
    key(
      "traceql.tenant", .text(\.tenant), "the tenant to serve where the source holds several",
      isFixed: true),
    key(
      "traceql.tenant_index", .flag(\.usesTenantIndex),
      "polls a tenant's index object, where there is one, instead of its folders", isFixed: true),
    key(
      "traceql.trace_scope", .choice(\.traceScope, of: ["auto", "whole", "fragment"]),
      "judges whole traces, or each block's part alone; auto: whole unless compat_tempo"),
    key(
      "traceql.compat_tempo", .flag(\.isTempoCompatible),
      "chooses as Tempo does where two answers are right"),
    key(
      "traceql.dialect_tempo", .flag(\.isTempoDialect),
      "refuses what plain Tempo would not understand"),
    key(
      "traceql.skip_damaged", .flag(\.skipsDamaged),
      "leaves damaged blocks out of answers, which are marked partial"),
    key("traceql.threads", .count(\.threadCount, floor: 0), "per query; 0: one per processor"),
    key(
      "traceql.cache_bytes", .bytes(\.cacheBytes),
      "footers, page indexes, dictionaries, structure, decoded values", isFixed: true),
    key(
      "traceql.decoded_cache_bytes", .bytes(\.decodedCacheBytes),
      "of these, for decoded values that are asked for again; 0: none", isFixed: true),
    key(
      "traceql.result_cache_bytes", .bytes(\.resultCacheBytes), "answers kept; 0: none",
      isFixed: true),
    key("traceql.query_memory_bytes", .bytes(\.queryMemoryBytesMax), "memory of one query"),
    key("traceql.query_read_bytes", .bytes(\.queryReadBytesMax), "bytes one query may read"),
    key(
      "traceql.max_request_body_bytes", .bytes(\.bodyBytesMax), "largest body of a request",
      isFixed: true),
    key(
      "traceql.unsent_bytes", .bytes(\.unsentBytesMax),
      "answers that clients may leave untaken, all together; more are answered 503; 0: any",
      isFixed: true),
    key(
      "traceql.credentials_file", .text(\.credentialsFile),
      "who may ask: lines of tenant, user, hash; see README"),
    key(
      "traceql.cors_origins", .list(\.allowedOrigins), "origins of web pages that may ask; '*': any"
    ),
  ]
}
