import CMicrohttpd
import Glibc
import Server
import Synchronization

/// libmicrohttpd with its threads: turns bytes on sockets into requests, and answers into bytes.
///
/// The library's threads only ever parse, hand over and send. Whatever takes time is done
/// elsewhere while the connection is suspended, and resumed from there.
final class HTTPDaemon: Sendable {
  struct Settings: Sendable {
    var listenSocket: Int32
    var threadCount = 1
    var connectionCountMax: Int
    var idleSeconds: Int
    /// PEM texts.
    var certificate: String?
    var key: String?
  }

  struct Failure: Error { var message: String }

  /// What requests become; told on the daemon's threads, so it must be quick.
  struct Events: Sendable {
    /// The headers are there: an answer now refuses the body. nil to go on.
    var begun: @Sendable (Exchange) -> APIResponse?
    /// The whole request is there.
    var received: @Sendable (Exchange) -> Void
    /// Answered or not, the request is over.
    var ended: @Sendable (Exchange) -> Void
    var complained: @Sendable (String) -> Void
  }

  // SAFETY: set once in `start` before any thread of the library runs; the library locks itself.
  private nonisolated(unsafe) var daemon: OpaquePointer?
  private nonisolated(unsafe) var callbacks: UnsafeMutablePointer<chttpd_events>?
  let connections: ConnectionTable
  fileprivate let events: Events
  /// What the library said last: why it does not start.
  fileprivate let lastComplaint = Mutex("it does not say why")

  init(connections: ConnectionTable, events: Events) {
    self.connections = connections
    self.events = events
  }

  /// Starts listening.
  func start(_ settings: Settings) throws(Failure) {
    if let problem = chttpd_load() {
      throw Failure(message: "libmicrohttpd cannot be loaded: \(String(cString: problem))")
    }
    let callbacks = UnsafeMutablePointer<chttpd_events>.allocate(capacity: 1)
    // The daemon object lives as long as the library's threads: `stop` ends these first.
    callbacks.initialize(to: eventTable(owner: Unmanaged.passUnretained(self).toOpaque()))
    self.callbacks = callbacks
    daemon = withOptionalText(settings.certificate) { certificate in
      withOptionalText(settings.key) { key in
        var raw = chttpd_settings()
        raw.listen_socket = settings.listenSocket
        raw.thread_count = UInt32(settings.threadCount)
        raw.connection_count_max = UInt32(clamping: settings.connectionCountMax)
        raw.idle_seconds_max = UInt32(clamping: settings.idleSeconds)
        raw.connection_bytes_max = Self.connectionBytesMax
        raw.certificate = certificate
        raw.key = key
        return chttpd_start(&raw, callbacks)
      }
    }
    guard daemon != nil else {
      let reason = lastComplaint.withLock { $0 }
      throw Failure(
        message: settings.certificate == nil
          ? "the server does not start: \(reason)"
          : "the server does not start with server.http_tls_config: \(reason)")
    }
  }

  /// Room for the longest query expression, percent-encoded, with its headers.
  private static let connectionBytesMax = 512 << 10

  /// Stops listening; what is being answered goes on.
  func quiesce() {
    if let daemon { chttpd_quiesce(daemon) }
  }

  /// Closes all connections and ends the threads. No request may be waiting for its answer.
  func stop() {
    if let daemon { chttpd_stop(daemon) }
    daemon = nil
    callbacks?.deallocate()
    callbacks = nil
  }
}

private func withOptionalText<Result>(
  _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
) -> Result {
  guard let text else { return body(nil) }
  return text.withCString { body($0) }
}

// MARK: Events of the library

private func eventTable(owner: UnsafeMutableRawPointer) -> chttpd_events {
  var table = chttpd_events()
  table.owner = owner
  table.begin = { owner, connection, target in
    guard let owner, let connection, let target else { return nil }
    let daemon = Unmanaged<HTTPDaemon>.fromOpaque(owner).takeUnretainedValue()
    let exchange = Exchange(
      connection: connection, target: String(cString: target), table: daemon.connections)
    return Unmanaged.passRetained(exchange).toOpaque()
  }
  table.advance = { owner, request, connection, method, version, bytes, count in
    guard let owner, let request, let method else { return false }
    let daemon = Unmanaged<HTTPDaemon>.fromOpaque(owner).takeUnretainedValue()
    let exchange = Unmanaged<Exchange>.fromOpaque(request).takeUnretainedValue()
    if !exchange.isBegun {
      exchange.begin(method: String(cString: method))
      let refusal = daemon.events.begun(exchange)
      if let refusal = exchange.framingRefusal ?? refusal { exchange.refuse(refusal) }
      return true
    }
    if count > 0 {
      exchange.append(UnsafeRawBufferPointer(start: bytes, count: count))
      return true
    }
    if exchange.takesHeadersAgain() { return true }
    if !exchange.isAnswered, !exchange.isReceived { daemon.events.received(exchange) }
    return true
  }
  table.end = { owner, request, connection in
    guard let owner, let request else { return }
    let daemon = Unmanaged<HTTPDaemon>.fromOpaque(owner).takeUnretainedValue()
    let exchange = Unmanaged<Exchange>.fromOpaque(request).takeRetainedValue()
    exchange.end()
    // Of a request whose headers made no sense nobody was told.
    if exchange.isBegun { daemon.events.ended(exchange) }
  }
  table.opened = { owner, connection in
    guard let owner, let connection else { return }
    let daemon = Unmanaged<HTTPDaemon>.fromOpaque(owner).takeUnretainedValue()
    daemon.connections.opened(connection, socket: chttpd_socket(connection))
  }
  table.closed = { owner, connection in
    guard let owner, let connection else { return }
    let daemon = Unmanaged<HTTPDaemon>.fromOpaque(owner).takeUnretainedValue()
    daemon.connections.closed(connection)
  }
  table.complain = { owner, sentence in
    guard let owner, let sentence else { return }
    let daemon = Unmanaged<HTTPDaemon>.fromOpaque(owner).takeUnretainedValue()
    let text = String(cString: sentence)
    daemon.lastComplaint.withLock { $0 = text }
    daemon.events.complained(text)
  }
  return table
}
