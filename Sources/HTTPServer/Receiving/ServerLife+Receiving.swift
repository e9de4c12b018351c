import LiveStore
import Receivers
import Server
import Storage
import Synchronization

extension ServerLife {
  /// Opens the data folder for writing, if spans are taken.
  static func openLive(
    _ server: TraceServer, _ configuration: Configuration
  ) throws(StorageError) {
    guard configuration.isWriting else { return }
    server.live = try LiveStore(
      configuration.ingestSettings(processorCount: server.processorCount),
      hooks: LiveStore.Hooks(
        published: { [server] in server.looksAgain() }, noted: { [server] in server.note($0) },
        givesMemoryBack: server.heap.giveBack))
  }

  /// Opens the receivers' ports: those of the configuration, or without any the usual ones as far
  /// as they are free.
  static func openPorts(
    _ server: TraceServer, _ configuration: Configuration, _ limits: ConnectionTable.Limits,
    _ says: (String) -> Void
  ) throws(ConfigurationError) {
    guard configuration.isWriting else { return }
    let named = configuration.endpoints
    let endpoints =
      named.isEmpty ? ReceiverKind.allCases.map { ($0, $0.defaultEndpoint) } : named
    var limits = limits
    limits.bodyBytesMax = configuration.ingestBodyBytesMax
    for (kind, text) in endpoints {
      guard let endpoint = Endpoint(text) else { continue }
      do throws(ListenSocket.Failure) {
        let port = try ReceiverPort(kind, endpoint, server, limits: limits)
        do throws(HTTPDaemon.Failure) {
          try port.start(configuration)
        } catch {
          throw ListenSocket.Failure(message: error.message)
        }
        server.ports.append(port)
        says("taking spans (\(kind.rawValue)) on \(endpoint.host):\(port.port)")
      } catch {
        // Somebody chose this port, or nobody did.
        if !named.isEmpty { throw ConfigurationError(message: error.message) }
        says("warning: no spans are taken at \(text): \(error.message)")
      }
    }
  }
}

extension TraceServer {
  /// Looks for blocks; whether that was possible.
  func looksAgain() -> Bool {
    do throws(StorageError) {
      try blocks.refresh()
      return true
    } catch {
      log(.error, "cannot look for blocks", [.text("error", error.description)])
      return false
    }
  }

  func askToStop() { stopRequest.withLock { $0 }?() }
}
