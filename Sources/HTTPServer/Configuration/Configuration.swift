/// Everything a server can be told, with its defaults.
///
/// `ConfigurationTable` names the keys; files, the environment, flags and `--print-config` all go
/// through it. 0 switches a limit off.
package struct Configuration: Sendable, Equatable {
  // server
  package var listenHost = "127.0.0.1"
  package var listenPort = 3200
  package var connectionCountMax = 10_000
  package var readTimeout = Length(seconds: 30)
  package var writeTimeout = Length(seconds: 30)
  package var idleTimeout = Length(seconds: 120)
  package var drainTimeout = Length(seconds: 30)
  package var logLevel = "info"
  package var logFormat = "logfmt"
  package var certificateFile = ""
  package var keyFile = ""

  // distributor, ingester: spans that are sent here
  package var takesSpans = false
  package var otlpEndpoint = ""
  package var zipkinEndpoint = ""
  package var jaegerEndpoint = ""
  package var attributeBytesMax = 2_048
  package var ingestBodyBytesMax = 20 << 20
  package var traceIdlePeriod = Length(seconds: 5)
  package var traceLivePeriod = Length(seconds: 30)
  package var blockDurationMax = Length(seconds: 1_800)
  package var blockBytesMax = 128 << 20
  package var blockFormat = "vParquet5"
  package var dedicatedColumns = "auto"
  /// `span.http.url`, as `DedicatedColumn` reads it.
  package var listedColumns: [String] = []
  package var walSync = "always"
  package var retention = Retention()
  package var walSyncInterval = Length(seconds: 1)
  package var ingestMemoryBytesMax = 256 << 20

  // the root
  package var multitenancyEnabled = false
  package var pathPrefix = ""

  // storage
  package var backend = "local"
  package var sourcePath = "."
  package var furtherSources: [String] = []
  package var pollInterval = Length(seconds: 10)

  // query_frontend
  package var multitenantQueriesEnabled = true
  package var waitingPerTenantMax = 2_000
  package var queryTimeout = Length(seconds: 0)
  package var queryTextBytesMax = 131_072
  package var limitDefault = 20
  package var limitMax = 0
  package var spansPerSpanSetDefault = 3
  package var spansPerSpanSetMax = 0
  package var searchDurationMax = Length(seconds: 0)
  package var metricsDurationMax = Length(seconds: 0)
  package var metricsIntervalsMax = 10_000
  package var isMCPEnabled = false

  // querier
  package var runningQueriesMax = 0

  // overrides.defaults
  package var rateBytes = 0
  package var burstBytes = 0
  package var liveTracesMax = 0
  package var traceBytesMax = 0
  package var padsTraceIDs = false
  package var tagBytesMax = 0

  // traceql
  package var tenant = ""
  package var usesTenantIndex = false
  package var traceScope = "auto"
  package var isTempoCompatible = false
  package var isTempoDialect = false
  package var skipsDamaged = false
  package var threadCount = 0
  package var cacheBytes = 256 << 20
  /// Of `cacheBytes`.
  package var decodedCacheBytes = 32 << 20
  package var resultCacheBytes = 32 << 20
  package var queryMemoryBytesMax = 512 << 20
  package var queryReadBytesMax = 0
  package var bodyBytesMax = 5 << 20
  package var unsentBytesMax = 512 << 20
  package var credentialsFile = ""
  package var allowedOrigins: [String] = []

  package init() {}

  /// Every place whose blocks are served, each once; spans that are taken go to the first.
  var sourcePaths: [String] {
    [sourcePath]
      + furtherSources.enumerated().filter { i, path in
        path != sourcePath && !furtherSources.prefix(i).contains(path)
      }.map(\.element)
  }

  /// A length of time, in nanoseconds.
  package struct Length: Sendable, Equatable {
    package var nanoseconds: Int64
    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    init(seconds: Int64) { nanoseconds = seconds * 1_000_000_000 }

    /// nil for 0, which is no limit.
    var limit: Int64? { nanoseconds > 0 ? nanoseconds : nil }
  }
}

/// What is wrong with a configuration, in a sentence that says where.
package struct ConfigurationError: Error, Sendable, Equatable {
  package var message: String
  /// The configuration is fine, but what it names cannot be read.
  package var isOfSource = false
}
