import Columns
import Dispatch
import Engine
import LiveStore
import Receivers
import Server
import Storage
import Synchronization

/// The server: everything that is decided once, what it counts, and the life of a request.
package final class TraceServer: Sendable {
  /// What a reload replaces.
  struct Active: Sendable {
    /// Counts the configurations, so that answers of an older one are told apart.
    var number = 0
    var configuration: Configuration
    var credentials: Credentials?
    var log: Log
    var runningMax: Int
  }

  /// One query on its way: waiting in a line, or running.
  struct Job: Sendable {
    var exchange: Exchange
    var request: APIRequest
    var kind: RequestKind
    var tenant: String
    var number: UInt64
  }

  let blocks: BlockSource
  let telemetry = Telemetry()
  let resultCache: ResultCache
  let sessions = MCPSessions()
  let processorCount: Int
  let heap: HeapHooks
  let startNanoseconds = Clock.nowNanoseconds()
  let active: Mutex<Active>
  let queue = Mutex(AdmissionQueue<Job>())
  let inFlight = Atomic<Int>(0)
  /// Complete requests whose answers are not out yet: what a stop waits for.
  let answering = Atomic<Int>(0)
  let isStopping = Atomic<Bool>(false)
  let lastPoll = Atomic<UInt64>(Clock.monotonicNanoseconds())
  let streams = OpenStreams()
  /// Bodies of requests that are on their way, all together.
  let bodies: ByteBudget
  /// Answers that clients have not taken yet, all together.
  let unsent: ByteBudget
  /// Stops the server as a signal does.
  let stopRequest = Mutex<(@Sendable () -> Void)?>(nil)
  // SAFETY: set once before the first request comes.
  nonisolated(unsafe) var watch: ClientWatch?
  // SAFETY: set once before the first request comes; nil where spans are not taken.
  nonisolated(unsafe) var live: LiveStore?
  // SAFETY: set once before the first request comes.
  nonisolated(unsafe) var ports: [ReceiverPort] = []
  let compaction = CompactionTask()
  /// Where requests with spans are decoded: queries do not hold it up.
  let receiving = DispatchQueue(label: "receivers", attributes: .concurrent)

  init(
    _ configuration: Configuration, credentials: Credentials?, processorCount: Int,
    heap: HeapHooks
  ) {
    self.heap = heap
    let tenants: BlockListing.Tenants =
      configuration.multitenancyEnabled
      ? .all
      : .one(
        configuration.isWriting
          ? configuration.onlyTenant : configuration.tenant.isEmpty ? nil : configuration.tenant)
    blocks = BlockSource(
      paths: configuration.sourcePaths, tenants: tenants,
      usesTenantIndex: configuration.usesTenantIndex,
      cache: BoundedCache(
        capacityBytes: configuration.cacheBytes, decodedBytes: configuration.decodedCacheBytes))
    resultCache = ResultCache(bytesMax: configuration.resultCacheBytes)
    bodies = ByteBudget(bytesMax: Self.bodiesAtOnce * configuration.bodyBytesMax)
    unsent = ByteBudget(bytesMax: configuration.unsentBytesMax)
    self.processorCount = processorCount
    active = Mutex(
      Self.active(configuration, credentials: credentials, processorCount: processorCount))
  }

  static func active(
    _ configuration: Configuration, credentials: Credentials?, processorCount: Int
  ) -> Active {
    Active(
      configuration: configuration, credentials: credentials,
      log: Log(
        level: Log.Level(name: configuration.logLevel) ?? .info,
        format: Log.Format(rawValue: configuration.logFormat) ?? .logfmt),
      runningMax: configuration.runningQueriesMax > 0
        ? configuration.runningQueriesMax : 2 * processorCount)
  }

  var current: Active { active.withLock { $0 } }
  var log: Log { active.withLock { $0.log } }
}

// MARK: A request arrives; on the daemon's thread, so briefly

extension TraceServer {
  /// The headers are there: refuses bodies that are too large before they are sent.
  func begun(_ exchange: Exchange) -> APIResponse? {
    inFlight.add(1, ordering: .relaxed)
    if live != nil, exchange.isAboutSpans { return roomForSpans(exchange, .otlp) }
    let configuration = current.configuration
    let announced = exchange.header("Content-Length").flatMap { Int($0) } ?? 0
    if announced > configuration.bodyBytesMax { return Self.bodyTooLarge }
    let inner = exchange.headRequest.removing(prefix: configuration.pathPrefix)
    let readsBody = inner.flatMap { RequestKind($0) }?.readsBody ?? false
    exchange.takeBody(readsBody ? .within(bodies) : .unread)
    return nil
  }

  static let bodyTooLarge = APIResponse.text("http: request body too large", status: 413)

  func received(_ exchange: Exchange) {
    exchange.noteReceived()
    answering.add(1, ordering: .relaxed)
    if live != nil, exchange.isAboutSpans { return takeSpans(exchange, .otlp) }
    let active = current
    let request: APIRequest
    switch exchange.request(bodyBytesMax: active.configuration.bodyBytesMax) {
    case .success(let whole): request = whole
    case .failure(let refusal):
      return finish(exchange, route: "other", refusal.response, active)
    }
    if let preflight = CrossOrigin.preflight(request, active.configuration) {
      return finish(exchange, route: "preflight", preflight, active)
    }
    if administer(exchange, request, active) { return }
    if let (route, page) = page(request, active) {
      return finish(exchange, route: route, page, active)
    }
    guard let inner = request.removing(prefix: active.configuration.pathPrefix),
      let kind = RequestKind(inner)
    else {
      // Also doubled slashes, which are redirected.
      let answer = APIServer.withoutData(options: APIOptions(active.configuration, self))
        .respond(toUnknown: request)
      return finish(exchange, route: "other", answer, active)
    }
    take(exchange, inner, kind, active)
  }

  /// Takes a request to an endpoint: the tenant, who asks, and then its place in the queue.
  private func take(
    _ exchange: Exchange, _ request: APIRequest, _ kind: RequestKind, _ active: Active
  ) {
    var tenants = ["single-tenant"]
    if kind.operation != nil, active.configuration.multitenancyEnabled {
      switch RequestTenants.parse(
        request.header("X-Scope-OrgID"),
        severalAllowed: active.configuration.multitenantQueriesEnabled)
      {
      case .success(let names): tenants = names
      case .failure(let refusal):
        return finish(exchange, route: kind.routeName, refusal.response, active)
      }
    }
    let tenant = tenants.joined(separator: "|")
    let job = Job(exchange: exchange, request: request, kind: kind, tenant: tenant, number: 0)
    guard kind.operation != nil else { return answerAtOnce(job, active) }
    if kind.operation == "mcp", !CrossOrigin.isOfThisHost(request, active.configuration) {
      return finish(exchange, route: kind.routeName, CrossOrigin.foreign, active)
    }
    authorize(exchange, tenants: tenants, route: kind.routeName, active) {
      self.enqueue(job, active)
    }
  }

  /// Probes: no data, no waiting.
  private func answerAtOnce(_ job: Job, _ active: Active) {
    var response = APIServer.withoutData(options: APIOptions(active.configuration, self))
      .respond(toProbe: job.request)
    if job.request.path == "/ready", isStopping.load(ordering: .relaxed) {
      response = .text("Application is stopping\n", status: 503)
    }
    finish(job.exchange, route: job.kind.routeName, response, active)
  }

  private func enqueue(_ job: Job, _ active: Active) {
    if let known = cachedAnswer(job, active) {
      guard known.body.count > Self.atOnceBytesMax else {
        return conclude(job, known, active, wasCached: true)
      }
      // Compressing it takes time, of which the daemon's thread has none.
      job.exchange.suspend()
      Task { conclude(job, known, active, wasCached: true) }
      return
    }
    // From here on the answer may come at any moment from any thread.
    job.exchange.suspend()
    var job = job
    job.number =
      watch?.follow(
        job.exchange,
        timeoutNanoseconds: active.configuration.queryTimeout.limit.map(UInt64.init)) ?? 0
    let started = job
    let decision = queue.withLock {
      $0.arrive(
        started, number: started.number, tenant: started.tenant, runningMax: active.runningMax,
        waitingPerTenantMax: active.configuration.waitingPerTenantMax)
    }
    switch decision {
    case .start: run(started)
    case .wait: break
    case .refuse: conclude(started, Self.queueFull, active)
    }
  }

  private static let atOnceBytesMax = 64 << 10

  static let queueFull = APIResponse.busy("job queue full", status: 429)

  /// How many bodies of the largest size are taken at a time.
  private static let bodiesAtOnce = 16
}

// MARK: A query runs

extension TraceServer {
  private func run(_ job: Job) {
    Task {
      let active = current
      conclude(job, await answer(job, active), active)
      if let next = queue.withLock({ $0.finish() }) { run(next) }
    }
  }

  /// A query that waits and need not be answered any more leaves its line.
  func stopped(_ exchange: Exchange, number: UInt64) {
    if let open = streams.take(number) {
      watch?.forget(number)
      return open.closeStream()
    }
    guard let job = queue.withLock({ $0.leave(number: number) }) else { return }
    conclude(job, stopAnswer(exchange.stopReason) ?? Self.queueFull, current)
  }

  private func answer(_ job: Job, _ active: Active) async -> APIResponse {
    let request: APIRequest
    switch decoded(job.request, active) {
    case .success(let whole): request = whole
    case .failure(let refusal): return refusal.response
    }
    let options = APIOptions(active.configuration, self)
    let progress = job.exchange.progress
    var snapshot = blocks.snapshot
    var hasLive = false
    var response = APIResponse.notFound
    for _ in 0..<Self.attemptsMax {
      if let stop = stopAnswer(job.exchange.stopReason) { return stop }
      let asked: [Block]
      (asked, snapshot, hasLive) = await blocksToAsk(job.tenant)
      var server = APIServer(blocks: asked, options: options)
      server.sessions = sessions
      response = await server.respond(to: request, progress: progress)
      if let stop = stopAnswer(job.exchange.stopReason) { return stop }
      guard response.status == 500 else { break }
      // A block that went away while we read it is no error: the answer is about what there is now.
      guard let fresh = refreshedBlocks(), fresh.generation != snapshot.generation else { break }
    }
    if !hasLive { store(response, of: job, snapshot, active) }
    return response
  }

  /// How often a query meets blocks that go away before that is an error after all.
  private static let attemptsMax = 4

  private func refreshedBlocks() -> BlockSource.Snapshot? {
    do throws(StorageError) {
      return try blocks.refresh()
    } catch {
      return nil
    }
  }

  private func stopAnswer(_ stop: Exchange.Stop?) -> APIResponse? {
    switch stop {
    case nil: nil
    case .clientGone: .text("context canceled", status: 499)
    case .timedOut:
      .text("unable to process request in the configured timeout", status: 503)
    case .serverStops: .text("Application is stopping\n", status: 503)
    }
  }
}

// MARK: An answer leaves

extension TraceServer {
  private func conclude(
    _ job: Job, _ response: APIResponse, _ active: Active, wasCached: Bool = false
  ) {
    if job.number != 0 { watch?.forget(job.number) }
    let elapsed = Clock.monotonicNanoseconds() - job.exchange.startNanoseconds
    let operation = job.kind.operation ?? ""
    telemetry.add(
      Telemetry.Query(
        operation: operation, tenant: tenantLabel(job.tenant),
        outcome: Telemetry.Outcome(status: response.status)),
      cost: wasCached ? nil : response.cost)
    if active.log.level <= .info {
      active.log(
        .info, "query",
        QueryLog.fields(job, response, elapsedNanoseconds: elapsed, wasCached: wasCached))
    }
    finish(job.exchange, route: job.kind.routeName, response, active)
  }

  /// Sends `response`, compressed if the client likes it, and counts it.
  func finish(
    _ exchange: Exchange, route: String, _ response: APIResponse, _ active: Active
  ) {
    var response = response
    if Self.isCompressed(route) {
      ContentCoding.apply(to: &response, accepted: exchange.header("Accept-Encoding"))
    }
    CrossOrigin.apply(
      to: &response, origin: exchange.header("Origin"), active.configuration)
    if response.header("X-Content-Type-Options") == nil {
      response.headers.append(APIResponse.Header(name: "X-Content-Type-Options", value: "nosniff"))
    }
    if !exchange.holds(unsentBytes: response.body.count, within: unsent) {
      response = Self.unsentFull
    } else if response.isOpenEnded, streams.count >= streamsMax {
      response = Self.streamsFull
    }
    if isStopping.load(ordering: .relaxed) {
      response.headers.append(APIResponse.Header(name: "Connection", value: "close"))
    }
    telemetry.add(
      Telemetry.Request(
        route: route, method: Self.knownMethod(exchange.method), status: response.status),
      nanoseconds: Clock.monotonicNanoseconds() - exchange.startNanoseconds,
      responseBytes: response.body.count)
    if response.isOpenEnded, !isStopping.load(ordering: .relaxed) {
      openStream(exchange, response)
    } else {
      exchange.respond(response)
    }
  }

  /// Keeps the connection open for as long as its client likes.
  private func openStream(_ exchange: Exchange, _ response: APIResponse) {
    guard let watch else { return exchange.respond(response) }
    let number = watch.follow(exchange, timeoutNanoseconds: nil)
    streams.add(exchange, number: number)
    exchange.openStream(response.headers)
  }

  /// Streams may not take every connection there is.
  private var streamsMax: Int { max(1, current.configuration.connectionCountMax / 4) }

  private static let streamsFull = APIResponse.busy("too many open streams")
  private static let unsentFull = APIResponse.busy(
    "answers that clients have not taken yet fill traceql.unsent_bytes")

  /// Query endpoints and the metrics page; probes and pages for people never.
  private static func isCompressed(_ route: String) -> Bool {
    guard route.hasPrefix("api_") else { return route == "metrics" }
    return route != "api_echo" && route != "api_status_buildinfo"
  }

  /// A client cannot make the list of label values grow.
  private static func knownMethod(_ method: String) -> String {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method)
      ? method : "other"
  }

  func ended(_ exchange: Exchange) {
    inFlight.subtract(1, ordering: .relaxed)
    if exchange.isReceived { answering.subtract(1, ordering: .relaxed) }
    let reserved = exchange.reservedBytes.exchange(0, ordering: .relaxed)
    if reserved > 0 { live?.release(reserved) }
  }
}
