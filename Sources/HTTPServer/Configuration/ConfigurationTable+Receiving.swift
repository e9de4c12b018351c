import BlockWriter
import LiveStore

/// The keys about spans that are sent here.
extension ConfigurationTable {
  static let receiving = receivers + cutting + taking

  private static let receivers = [
    key(
      "distributor.receivers.otlp.protocols.http.endpoint", .text(\.otlpEndpoint),
      "where OTLP over HTTP is taken: localhost:4318; empty: nowhere", isFixed: true),
    key(
      "distributor.receivers.zipkin.endpoint", .text(\.zipkinEndpoint),
      "where Zipkin's JSON is taken: localhost:9411", isFixed: true),
    key(
      "distributor.receivers.jaeger.protocols.thrift_http.endpoint", .text(\.jaegerEndpoint),
      "where Jaeger's Thrift over HTTP is taken: localhost:14268", isFixed: true),
    key(
      "distributor.max_attribute_bytes", .bytes(\.attributeBytesMax),
      "longer keys and texts of attributes are cut; 0: never", isFixed: true),
  ]

  private static let cutting = [
    key(
      "ingester.trace_idle_period", .length(\.traceIdlePeriod),
      "a trace that got no spans for so long is complete: a block that is due waits for its traces",
      isFixed: true),
    key(
      "ingester.trace_live_period", .length(\.traceLivePeriod),
      "but no longer than this", isFixed: true),
    key(
      "ingester.max_block_duration", .length(\.blockDurationMax),
      "spans are in a block after it; until then in the write-ahead log", isFixed: true),
    key(
      "ingester.max_block_bytes", .bytes(\.blockBytesMax),
      "bytes received that make a block", isFixed: true),
  ]

  private static let taking = [
    key(
      "traceql.ingest.enabled", .flag(\.takesSpans),
      "takes spans and writes them to storage.trace.local.path; so does any receiver",
      isFixed: true),
    key(
      "traceql.ingest.memory_bytes", .bytes(\.ingestMemoryBytesMax),
      "for spans that are in no block yet; past it senders are told to come again",
      isFixed: true),
    key(
      "traceql.ingest.max_request_body_bytes", .bytes(\.ingestBodyBytesMax),
      "largest request with spans, before and after decompression", isFixed: true),
    key(
      "traceql.ingest.wal_sync",
      .choice(\.walSync, of: IngestSettings.Durability.allCases.map(\.rawValue)),
      "a request is on disk before it is acknowledged, some time later, or when the kernel likes",
      isFixed: true),
    key(
      "traceql.ingest.wal_sync_interval", .length(\.walSyncInterval),
      "how much later, if wal_sync is interval", isFixed: true),
    key(
      "traceql.ingest.dedicated_columns",
      .choice(\.dedicatedColumns, of: DedicatedColumnChoice.words),
      "attributes with columns of their own: what the data shows, Tempo's list, none",
      isFixed: true),
  ]
}
