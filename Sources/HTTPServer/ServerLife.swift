import Glibc
import LiveStore
import Receivers
import Server
import Storage
import Synchronization

/// A server from its start to its end: sockets, threads, signals.
package enum ServerLife {
  /// Serves until SIGTERM or SIGINT; returns when all is drained. `says` tells the person who
  /// started it.
  package static func run(
    _ configuration: Configuration, sources: ConfigurationSources, processorCount: Int,
    heap: HeapHooks, says: @escaping @Sendable (String) -> Void
  ) async throws(ConfigurationError) {
    var configuration = configuration
    ProcessUsage.raiseOpenFileLimit()
    leaveFilesFree(&configuration, says)
    let server = TraceServer(
      configuration, credentials: try credentials(configuration), processorCount: processorCount,
      heap: heap)
    do throws(StorageError) {
      try openLive(server, configuration)
      try server.blocks.refresh()
    } catch {
      throw ConfigurationError(message: error.description, isOfSource: true)
    }
    for warning in server.blocks.snapshot.warnings { says("warning: \(warning)") }
    let socket = try listenSocket(configuration)
    let ends = AsyncStream<Int32>.makeStream()
    let connections = ConnectionTable(
      limits: ConnectionTable.Limits(
        bodyBytesMax: max(
          configuration.bodyBytesMax, configuration.isWriting ? configuration.ingestBodyBytesMax : 0
        ),
        receiveNanoseconds: configuration.readTimeout.orForever,
        sendNanoseconds: configuration.writeTimeout.orForever,
        idleNanoseconds: configuration.idleTimeout.orForever,
        connectionCountMax: configuration.connectionCountMax))
    let watch = ClientWatch(
      connections: connections,
      actions: ClientWatch.Actions(
        signal: { signal in
          if signal == SIGHUP {
            Task { server.reload(sources) }
          } else if server.isStopping.exchange(true, ordering: .relaxed) {
            _exit(128 + signal)
          } else {
            ends.continuation.yield(signal)
          }
        },
        stopped: { exchange, number in server.stopped(exchange, number: number) },
        tick: { server.tick() }))
    server.watch = watch
    watch.followSignals(SignalPipe.catching([SIGTERM, SIGINT, SIGHUP]))
    let daemon = HTTPDaemon(
      connections: connections,
      events: HTTPDaemon.Events(
        begun: { server.begun($0) }, received: { server.received($0) },
        ended: { server.ended($0) },
        complained: { server.log(.debug, "connection", [.text("what", $0)]) }))
    try start(daemon, configuration, socket)
    try openPorts(server, configuration, connections.limits, says)
    server.stopRequest.withLock { $0 = { ends.continuation.yield(SIGTERM) } }
    let thread = watch.start()
    greet(server, configuration, socket, says)
    for await _ in ends.stream { break }
    await drain(server, daemon, watch)
    thread.join()
    close(socket.descriptor)
    server.log(.info, "stopped")
  }

  /// Connections may not take the files that queries open.
  private static func leaveFilesFree(
    _ configuration: inout Configuration, _ says: (String) -> Void
  ) {
    let most = ProcessUsage().openFileMax
    // Each port has as many connections.
    let ports = configuration.isWriting ? 1 + ReceiverKind.allCases.count : 1
    let room = (most - min(most / 2, openFilesReserved)) / ports
    guard most > 0, configuration.connectionCountMax > room else { return }
    configuration.connectionCountMax = max(1, room)
    says(
      "warning: this process may open \(most) files, so it takes "
        + "\(configuration.connectionCountMax) connections at a time; see ulimit -n")
  }

  /// For blocks, logs and what comes with a process.
  private static let openFilesReserved = 1_024

  private static func listenSocket(
    _ configuration: Configuration
  ) throws(ConfigurationError) -> ListenSocket {
    do throws(ListenSocket.Failure) {
      return try ListenSocket(host: configuration.listenHost, port: configuration.listenPort)
    } catch {
      throw ConfigurationError(message: error.message)
    }
  }

  private static func start(
    _ daemon: HTTPDaemon, _ configuration: Configuration, _ socket: ListenSocket
  ) throws(ConfigurationError) {
    var settings = HTTPDaemon.Settings(
      listenSocket: socket.descriptor, connectionCountMax: configuration.connectionCountMax,
      idleSeconds: Int(configuration.idleTimeout.nanoseconds / 1_000_000_000))
    settings.certificate = try pem(configuration.certificateFile)
    settings.key = try pem(configuration.keyFile)
    do throws(HTTPDaemon.Failure) {
      try daemon.start(settings)
    } catch {
      throw ConfigurationError(message: error.message)
    }
  }

  private static func pem(_ path: String) throws(ConfigurationError) -> String? {
    guard !path.isEmpty else { return nil }
    return String(decoding: try read(path), as: UTF8.self)
  }

  static func credentials(
    _ configuration: Configuration
  ) throws(ConfigurationError) -> Credentials? {
    guard !configuration.credentialsFile.isEmpty else { return nil }
    return try Credentials(
      try read(configuration.credentialsFile), name: configuration.credentialsFile)
  }

  private static func read(_ path: String) throws(ConfigurationError) -> [UInt8] {
    do throws(SmallFile.Failure) {
      return try SmallFile.read(path)
    } catch {
      throw ConfigurationError(message: error.message)
    }
  }

  private static func greet(
    _ server: TraceServer, _ configuration: Configuration, _ socket: ListenSocket,
    _ says: (String) -> Void
  ) {
    let scheme = configuration.certificateFile.isEmpty ? "http" : "https"
    let host =
      configuration.listenHost.contains(":")
      ? "[\(configuration.listenHost)]" : configuration.listenHost
    let count = server.blocks.snapshot.blocks.count
    let sources = configuration.sourcePaths.joined(separator: ", ")
    says(
      "serving \(count == 1 ? "1 block" : "\(count) blocks") of \(sources) at "
        + "\(scheme)://\(host):\(socket.port)\(configuration.pathPrefix)")
    if count == 0 { says("there are no blocks yet; they are served when they come") }
    if !["127.0.0.1", "::1", "localhost"].contains(configuration.listenHost),
      configuration.credentialsFile.isEmpty
    {
      says(
        "warning: anybody who can reach \(host) can read these traces; see traceql.credentials_file"
      )
    }
  }

  /// No more connections; queries in flight end or run out of time; then all is closed.
  private static func drain(
    _ server: TraceServer, _ daemon: HTTPDaemon, _ watch: ClientWatch
  ) async {
    let configuration = server.current.configuration
    server.log(
      .info, "stopping", [.number("in_flight", server.inFlight.load(ordering: .relaxed))])
    server.compaction.stop()
    daemon.quiesce()
    for port in server.ports { port.quiesce() }
    server.live?.stopWaiting()
    server.endStreams()
    let patience = UInt64(max(configuration.drainTimeout.nanoseconds, 0))
    if await !isIdle(server, within: patience) {
      watch.stopAll(.serverStops)
      // A query looks at every page whether it should stop; a client that does not take its answer
      // has had its time.
      if await !isIdle(server, within: stopNanoseconds) {
        server.log(.error, "stopped before everything was answered")
        _exit(1)
      }
    }
    daemon.stop()
    for port in server.ports { port.stop() }
    // What cannot be written now stays in the log, and is read back at the next start.
    if let live = server.live, await !live.flush() {
      server.log(.error, "spans stay in the write-ahead log")
    }
    watch.stop()
  }
}

extension ServerLife {
  /// How long queries may take to notice that they were stopped.
  private static let stopNanoseconds: UInt64 = 10_000_000_000

  /// Waits until no request waits for its answer; false if that takes longer.
  private static func isIdle(
    _ server: TraceServer, within nanoseconds: UInt64
  ) async -> Bool {
    let end = Clock.monotonicNanoseconds() &+ nanoseconds
    while server.answering.load(ordering: .relaxed) > 0 {
      if Clock.monotonicNanoseconds() > end { return false }
      // The sleep of a task that nobody cancels does not fail.
      try? await Task.sleep(nanoseconds: 5_000_000)
    }
    return true
  }
}

extension Configuration.Length {
  /// 0 waits for ever, which is some years.
  fileprivate var orForever: UInt64 {
    nanoseconds > 0 ? UInt64(nanoseconds) : UInt64(Int64.max)
  }
}

// MARK: While it runs

extension TraceServer {
  /// Looks for blocks when it is time to.
  func tick() {
    for port in ports { port.connections.cutOffLate() }
    if let live { Task(priority: .utility) { await live.tick() } }
    compact()
    let interval = UInt64(max(current.configuration.pollInterval.nanoseconds, 1_000_000_000))
    let now = Clock.monotonicNanoseconds()
    let last = lastPoll.load(ordering: .relaxed)
    guard now &- last >= interval else { return }
    lastPoll.store(now, ordering: .relaxed)
    Task {
      let before = blocks.snapshot
      do throws(StorageError) {
        let after = try blocks.refresh()
        guard after.generation != before.generation else { return }
        log(
          .info, "blocks changed",
          [
            .number("blocks", after.blocks.count),
            .number("before", before.blocks.count),
          ])
      } catch {
        log(.error, "cannot look for blocks", [.text("error", error.description)])
      }
    }
  }

  /// Reads the configuration again; what is wrong with it leaves everything as it was.
  func reload(_ sources: ConfigurationSources) {
    do throws(ConfigurationError) {
      var (fresh, warnings) = try sources.resolve()
      let credentials = try ServerLife.credentials(fresh)
      let before = current.configuration
      for key in ConfigurationTable.keys
      where key.isFixed && fresh.text(of: key) != before.text(of: key) {
        warnings.append("\(key.path) changes at the next start")
        fresh.copy(key, from: before)
      }
      var renewed = Self.active(fresh, credentials: credentials, processorCount: processorCount)
      active.withLock { active in
        renewed.number = active.number + 1
        active = renewed
      }
      for warning in warnings { log(.warn, "configuration", [.text("warning", warning)]) }
      log(.info, "configuration read again")
    } catch {
      log(.error, "configuration left as it was", [.text("error", error.message)])
    }
  }

  func endStreams() {
    for (number, exchange) in streams.takeAll() {
      watch?.forget(number)
      exchange.closeStream()
    }
  }
}
