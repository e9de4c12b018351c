import BlockWriter
import LiveStore
import Receivers
import Storage

extension Configuration {
  /// The receivers that listen on ports of their own.
  var endpoints: [(kind: ReceiverKind, endpoint: String)] {
    [(.otlp, otlpEndpoint), (.zipkin, zipkinEndpoint), (.jaeger, jaegerEndpoint)]
      .filter { !$0.1.isEmpty }
  }

  /// Whether spans are taken at all: nothing is ever written otherwise.
  var isWriting: Bool { takesSpans || !endpoints.isEmpty }

  /// Which attributes get columns of their own.
  var columnChoice: DedicatedColumnChoice {
    // Both were read when the configuration was.
    if !listedColumns.isEmpty, let columns = try? DedicatedColumn.list(texts: listedColumns) {
      return .listed(columns)
    }
    // As above.
    return (try? DedicatedColumnChoice(text: dedicatedColumns)) ?? .auto
  }

  /// How spans are taken, in the terms of the store.
  func ingestSettings(processorCount: Int) -> IngestSettings {
    var settings = IngestSettings(root: sourcePath)
    settings.blockVersion = BlockVersion(rawValue: blockFormat) ?? .vParquet5
    settings.dedicatedColumns = columnChoice
    settings.threadCount = processorCount
    settings.blockBytesMax = max(1, blockBytesMax)
    settings.blockNanosecondsMax = UInt64(max(0, blockDurationMax.nanoseconds))
    settings.idleNanoseconds = UInt64(max(0, traceIdlePeriod.nanoseconds))
    settings.traceNanosecondsMax = UInt64(max(0, traceLivePeriod.nanoseconds))
    settings.attributeBytesMax = attributeBytesMax
    settings.rateBytes = rateBytes
    settings.burstBytes = burstBytes
    settings.liveTracesMax = liveTracesMax
    settings.traceBytesMax = traceBytesMax
    settings.memoryBytesMax = ingestMemoryBytesMax
    settings.durability = IngestSettings.Durability(rawValue: walSync) ?? .always
    settings.syncNanoseconds = UInt64(max(0, walSyncInterval.nanoseconds))
    return settings
  }
}

/// An address and a port as one text: `localhost:4318`, `[::1]:4318`, `:4318` for all addresses.
struct Endpoint: Sendable, Equatable {
  var host: String
  var port: Int

  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    self.host = host.isEmpty ? "0.0.0.0" : host == "localhost" ? "127.0.0.1" : String(host)
    self.port = port
  }
}
