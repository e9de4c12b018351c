import Dispatch
import LiveStore
import Receivers
import Server
import Storage
import Synchronization

// Requests that bring spans: on ports of their own, and `/v1/traces` beside the API.
extension TraceServer {
  /// The headers are there: what is too large, or has no room, is refused before it is sent.
  func begunTaking(_ exchange: Exchange, _ kind: ReceiverKind) -> APIResponse? {
    inFlight.add(1, ordering: .relaxed)
    return roomForSpans(exchange, kind)
  }

  func roomForSpans(_ exchange: Exchange, _ kind: ReceiverKind) -> APIResponse? {
    guard let live else { return nil }
    let most = current.configuration.ingestBodyBytesMax
    let announced = exchange.header("Content-Length").flatMap { Int($0) }
    let request = exchange.headRequest
    if let announced, announced > most { return kind.tooLarge(request) }
    let bytes = max(0, announced ?? min(most, Self.unannouncedBytes))
    if bytes == 0 || live.reserve(bytes) {
      exchange.takeRoom(bytes)
    } else {
      // Its body stays where it is, so that its sender goes no faster than blocks are written.
      exchange.suspend()
      live.waitForRoom(bytes) { isThere in
        if isThere {
          exchange.takeRoom(bytes)
        } else {
          exchange.decide(kind.answer(request, .failure(Self.noRoom)))
        }
        exchange.receiveBody()
      }
    }
    return nil
  }

  /// What is set aside for a body that does not say how long it will be.
  private static let unannouncedBytes = 1 << 20

  private static let noRoom = IngestRefusal.unavailable(
    "spans in memory have reached traceql.ingest.memory_bytes; come again")

  /// The whole request is there; on the daemon's thread, so the work is done elsewhere.
  func receivedSpans(_ exchange: Exchange, _ kind: ReceiverKind) {
    exchange.noteReceived()
    answering.add(1, ordering: .relaxed)
    takeSpans(exchange, kind)
  }

  func takeSpans(_ exchange: Exchange, _ kind: ReceiverKind) {
    if let decided = exchange.decided {
      return finish(exchange, route: kind.routeName, decided, current)
    }
    exchange.suspend()
    receiving.async { self.take(exchange, kind) }
  }

  private func take(_ exchange: Exchange, _ kind: ReceiverKind) {
    let active = current
    guard let live, case .success(let request) = exchange.request() else {
      return finish(exchange, route: kind.routeName, kind.tooLarge(exchange.headRequest), active)
    }
    let isNamed = active.configuration.multitenancyEnabled
    switch TenantProblem.tenant(of: request, isMultitenant: isNamed) {
    case .failure(let problem):
      // What else is wrong with the request comes first.
      let most = active.configuration.ingestBodyBytesMax
      let response =
        switch kind.read(request, bodyBytesMax: most) {
        case .failure(let refusal): refusal.response
        case .success: kind.answer(request, problem)
        }
      finish(exchange, route: kind.routeName, response, active)
    case .success(let name):
      let tenant = isNamed ? name : active.configuration.onlyTenant
      guard active.credentials != nil else {
        return keep(request, of: tenant, exchange, kind, live, active)
      }
      // Only those who may ask may send, and only their bodies are looked into.
      authorize(exchange, tenants: [tenant], route: kind.routeName, active) { [self] in
        receiving.async { self.keep(request, of: tenant, exchange, kind, live, active) }
      }
    }
  }

  private func keep(
    _ request: APIRequest, of tenant: String, _ exchange: Exchange, _ kind: ReceiverKind,
    _ live: LiveStore, _ active: Active
  ) {
    switch kind.read(request, bodyBytesMax: active.configuration.ingestBodyBytesMax) {
    case .failure(let refusal):
      finish(exchange, route: kind.routeName, refusal.response, active)
    case .success(let spans):
      live.take(spans.format, spans.body, tenant: tenant) { result in
        self.finish(exchange, route: kind.routeName, kind.answer(request, result), active)
      }
    }
  }

  // MARK: Blocks to ask

  /// The blocks of a query, live spans among them, each span once; and whether there are live ones.
  ///
  /// Live spans and the list are of one moment: those that are in both are known by the block they
  /// became.
  func blocksToAsk(_ tenant: String) async -> (blocks: [Block], BlockSource.Snapshot, Bool) {
    guard let live else {
      let snapshot = blocks.snapshot
      return (snapshot.blocks, snapshot, false)
    }
    let (view, snapshot) = live.view(
      tenant: tenant.contains("|") ? nil : tenant, beside: { blocks.snapshot })
    let stored = Set(snapshot.blocks.map(\.metadata.blockID))
    let unstored = await view.blocks(besides: stored)
    return (snapshot.blocks + unstored, snapshot, !view.isEmpty)
  }

  // MARK: Administration

  /// `/flush` writes what is live as blocks, `/shutdown` stops as SIGTERM does; nil for other
  /// paths, and where nothing is written.
  func administer(_ exchange: Exchange, _ request: APIRequest, _ active: Active) -> Bool {
    guard let live, request.path == "/flush" || request.path == "/shutdown" else { return false }
    let route = String(request.path.dropFirst())
    guard request.method == "POST" || request.method == "GET" else {
      finish(exchange, route: route, APIResponse(status: 405, contentType: nil, body: []), active)
      return true
    }
    guard CrossOrigin.isOfThisHost(request, active.configuration) else {
      finish(exchange, route: route, CrossOrigin.foreign, active)
      return true
    }
    // It concerns every tenant.
    authorize(exchange, tenants: ["*"], route: route, active) {
      self.flush(exchange, live, thenStops: request.path == "/shutdown", route, active)
    }
    return true
  }

  private func flush(
    _ exchange: Exchange, _ live: LiveStore, thenStops: Bool, _ route: String, _ active: Active
  ) {
    exchange.suspend()
    Task {
      let isWritten = await live.flush()
      let response =
        isWritten
        ? APIResponse(status: 204, contentType: nil, body: [])
        : .text("not everything could be written; see the log\n", status: 503)
      finish(exchange, route: route, response, active)
      if thenStops { askToStop() }
    }
  }

  func note(_ note: LiveStore.Note) {
    switch note {
    case .replayed(let path, let spans, let torn):
      log(
        .info, "write-ahead log read back",
        [.text("log", path), .number("spans", spans), .number("torn_bytes", torn)])
    case .alreadyPublished(let path):
      log(.info, "write-ahead log was a block already", [.text("log", path)])
    case .damaged(let sentence):
      log(.error, "write-ahead log is damaged", [.text("what", sentence)])
    case .wrote(let tenant, let blockID, let spans, let bytes):
      log(
        .info, "block written",
        [
          .text("tenant", tenant), .text("block", blockID), .number("spans", spans),
          .number("bytes", bytes),
        ])
    case .failed(let sentence): log(.error, "cannot keep spans", [.text("error", sentence)])
    }
  }
}

extension Configuration {
  /// The tenant of a server that knows one only.
  var onlyTenant: String { tenant.isEmpty ? "single-tenant" : tenant }
}
