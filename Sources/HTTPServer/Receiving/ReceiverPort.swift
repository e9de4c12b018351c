import Glibc
import Receivers
import Server

/// A port on which spans are taken in one protocol.
final class ReceiverPort: Sendable {
  let kind: ReceiverKind
  let port: Int
  let host: String
  let connections: ConnectionTable
  private let socket: ListenSocket
  private let daemon: HTTPDaemon

  /// Binds the port; nobody is listened to before `start`.
  init(
    _ kind: ReceiverKind, _ endpoint: Endpoint, _ server: TraceServer,
    limits: ConnectionTable.Limits
  ) throws(ListenSocket.Failure) {
    self.kind = kind
    host = endpoint.host
    socket = try ListenSocket(host: endpoint.host, port: endpoint.port)
    port = socket.port
    connections = ConnectionTable(limits: limits)
    daemon = HTTPDaemon(
      connections: connections,
      events: HTTPDaemon.Events(
        begun: { [server] in server.begunTaking($0, kind) },
        received: { [server] in server.receivedSpans($0, kind) },
        ended: { [server] in server.ended($0) },
        complained: { [server] in server.log(.debug, "connection", [.text("what", $0)]) }))
  }

  func start(_ configuration: Configuration) throws(HTTPDaemon.Failure) {
    try daemon.start(
      HTTPDaemon.Settings(
        listenSocket: socket.descriptor, connectionCountMax: configuration.connectionCountMax,
        idleSeconds: Int(configuration.idleTimeout.nanoseconds / 1_000_000_000)))
  }

  func quiesce() { daemon.quiesce() }

  func stop() {
    daemon.stop()
    close(socket.descriptor)
  }
}
