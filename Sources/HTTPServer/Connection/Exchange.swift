import CMicrohttpd
import Engine
import Server
import Synchronization

/// One request on one connection, from its first line to the last byte of its answer.
///
/// The library's thread fills it; then it is suspended and belongs to whoever answers it, once;
/// then to the library again.
final class Exchange: Sendable {
  /// Why a query stopped before its end.
  enum Stop: Sendable { case clientGone, timedOut, serverStops }

  /// What becomes of the body while it comes.
  enum BodyUse {
    /// Whoever decides has made room.
    case kept
    case within(ByteBudget)
    /// Nobody asks for it: it is counted and let go.
    case unread
  }

  fileprivate struct State {
    var isBegun = false
    var isReceived = false
    /// An answer without an end is on its way, and may be ended.
    var isStreaming = false
    var isStreamClosed = false
    var isSuspended = false
    /// The library tells of the headers once more, as it was suspended when it did.
    var headersComeAgain = false
    var isAnswered = false
    var isOver = false
    /// The request without its body.
    var head = APIRequest(target: "/")
    var body: [UInt8] = []
    /// Bytes that came, kept or not.
    var bodyBytes = 0
    var bodyUse = BodyUse.kept
    var bodyIsTooLarge = false
    var bodyHasNoRoom = false
    /// The answer that is decided before the body is there: the body is let go, but read.
    var decided: APIResponse?
    var stop: Stop?
  }

  // SAFETY: a handle of the library; valid until `end`, after which `isOver` keeps it unused.
  private nonisolated(unsafe) let connection: OpaquePointer
  let target: String
  /// Stops the query when its client is gone or its time is up.
  let progress = QueryProgress()
  let startNanoseconds = Clock.monotonicNanoseconds()
  private let table: ConnectionTable
  private let state = Mutex(State())
  /// Memory set aside for the body, to be given back at the end.
  let reservedBytes = Atomic<Int>(0)
  /// The answer's part in a budget, until it is sent.
  private let unsent = Mutex<(budget: ByteBudget, bytes: Int)?>(nil)

  init(connection: OpaquePointer, target: String, table: ConnectionTable) {
    self.connection = connection
    self.target = target
    self.table = table
  }

  // MARK: Arriving

  var isBegun: Bool { state.withLock { $0.isBegun } }
  var isAnswered: Bool { state.withLock { $0.isAnswered } }
  var isReceived: Bool { state.withLock { $0.isReceived } }

  /// The whole request is there.
  func noteReceived() { state.withLock { $0.isReceived = true } }

  /// Takes the method and the headers.
  func begin(method: String) {
    var headers = HeaderList()
    withUnsafeMutablePointer(to: &headers) { list in
      chttpd_headers(connection, list) { context, name, value in
        guard let context, let name, let value else { return }
        context.assumingMemoryBound(to: HeaderList.self).pointee.pairs.append(
          (String(cString: name), String(cString: value)))
      }
    }
    let head = APIRequest(method: method, target: target, headers: headers.pairs)
    state.withLock { state in
      state.isBegun = true
      state.head = head
    }
    table.enter(.receiving, connection)
  }

  private struct HeaderList { var pairs: [(name: String, value: String)] = [] }

  /// Memory has been set aside for a body of that many bytes, which was announced and is allowed.
  func takeRoom(_ bytes: Int) {
    reservedBytes.store(bytes, ordering: .relaxed)
    state.withLock { $0.body.reserveCapacity(min(bytes, table.limits.bodyBytesMax)) }
  }

  /// Lets the body of a request come that was suspended before.
  func receiveBody() {
    state.withLock { state in
      state.isSuspended = false
      state.headersComeAgain = true
    }
    table.enter(.receiving, connection)
    chttpd_resume(connection)
  }

  /// Whether the library tells of the headers a second time.
  func takesHeadersAgain() -> Bool {
    state.withLock { state in
      defer { state.headersComeAgain = false }
      return state.headersComeAgain
    }
  }

  func takeBody(_ use: BodyUse) { state.withLock { $0.bodyUse = use } }

  /// Takes a piece of the body; what is too much is let go.
  func append(_ bytes: UnsafeRawBufferPointer) {
    state.withLock { state in
      state.headersComeAgain = false
      guard !state.isAnswered, !state.bodyIsTooLarge, state.decided == nil else { return }
      state.bodyBytes += bytes.count
      if state.bodyBytes > table.limits.bodyBytesMax {
        state.bodyIsTooLarge = true
        state.dropBody()
        return
      }
      switch state.bodyUse {
      case .unread: return
      case .kept: break
      case .within(let budget):
        guard !state.bodyHasNoRoom, budget.take(bytes.count) else {
          state.bodyHasNoRoom = true
          return state.dropBody()
        }
      }
      state.body.append(contentsOf: bytes)
    }
  }

  /// The request, once it is complete; a refusal if its body was too large.
  func request(bodyBytesMax: Int = .max) -> Result<APIRequest, BodyRefusal> {
    state.withLock { state in
      guard !state.bodyIsTooLarge, state.bodyBytes <= bodyBytesMax else {
        return .failure(BodyRefusal(response: TraceServer.bodyTooLarge))
      }
      guard !state.bodyHasNoRoom else {
        return .failure(BodyRefusal(response: .busy("too many requests with bodies")))
      }
      var request = state.head
      request.body = state.body
      return .success(request)
    }
  }

  /// The answer that was decided before the body came. A client that is told at once, while it
  /// sends, may see nothing but a broken connection.
  var decided: APIResponse? { state.withLock { $0.decided } }

  func decide(_ response: APIResponse) { state.withLock { $0.decided = response } }

  /// The request without its body.
  var headRequest: APIRequest { state.withLock { $0.head } }

  /// The answer to headers that could be read in two ways.
  var framingRefusal: APIResponse? { RequestFraming.refusal(headRequest.headers) }

  /// Whether it brings spans to the port of the API.
  var isAboutSpans: Bool { target == "/v1/traces" || target.hasPrefix("/v1/traces?") }

  func header(_ name: String) -> String? { headRequest.header(name) }

  var method: String { headRequest.method }
  var socket: Int32 { chttpd_socket(connection) }
  /// Names the connection in the table.
  var id: UInt { UInt(bitPattern: connection) }

  var peer: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
      chttpd_peer(connection, text.baseAddress, text.count)
        ? String(cString: text.baseAddress.unsafelyUnwrapped) : ""
    }
  }
}

// MARK: Answering

extension Exchange {
  /// Takes the connection out of the library's loop until the answer is there. Only on the
  /// library's thread, while the request is told of.
  func suspend() {
    let isSuspended = state.withLock { state in
      defer { state.isSuspended = true }
      return state.isSuspended
    }
    guard !isSuspended else { return }
    table.enter(.answering, connection)
    chttpd_suspend(connection)
  }

  /// Sends the answer; only the first one counts.
  func respond(_ response: APIResponse) {
    let isSuspended: Bool? = state.withLock { state in
      guard !state.isAnswered, !state.isOver else { return nil }
      state.isAnswered = true
      return state.isSuspended
    }
    guard let isSuspended else { return }
    table.enter(.sending, connection)
    let raw = response.body.withUnsafeBufferPointer {
      chttpd_response_create($0.baseAddress, $0.count)
    }
    for header in response.headers { chttpd_response_header(raw, header.name, header.value) }
    _ = chttpd_respond(connection, UInt32(response.status), raw)
    if isSuspended { chttpd_resume(connection) }
  }

  /// Answers before the body is there, and lets no other request follow on this connection.
  func refuse(_ response: APIResponse) {
    var response = response
    response.headers.append(APIResponse.Header(name: "Connection", value: "close"))
    respond(response)
  }

  /// Answers with headers and nothing else, and leaves the connection open until `closeStream`.
  func openStream(_ headers: [APIResponse.Header]) {
    let isSuspended: Bool? = state.withLock { state in
      guard !state.isAnswered, !state.isOver else { return nil }
      state.isAnswered = true
      return state.isSuspended
    }
    guard let isSuspended, let raw = chttpd_response_create_open(connection) else { return }
    table.enter(.answering, connection)
    for header in headers { chttpd_response_header(raw, header.name, header.value) }
    _ = chttpd_respond(connection, 200, raw)
    if isSuspended { chttpd_resume(connection) }
    let isClosed = state.withLock { state in
      state.isStreaming = true
      return state.isStreamClosed && !state.isOver
    }
    if isClosed { chttpd_resume(connection) }
  }

  /// Ends an open stream, once.
  func closeStream() {
    let isWaiting = state.withLock { state in
      state.isStreamClosed = true
      return state.isStreaming && !state.isOver
    }
    if isWaiting { chttpd_resume(connection) }
  }

  /// Asks the query to stop; the first reason counts.
  func stop(_ reason: Stop) {
    state.withLock { if $0.stop == nil { $0.stop = reason } }
    progress.cancel()
  }

  var stopReason: Stop? { state.withLock { $0.stop } }

  /// Answers up to here are given whatever is untaken: probes, refusals.
  private static let smallBytes = 16 << 10

  /// Whether the answer has its place among those that are not taken yet; it keeps it to the end.
  func holds(unsentBytes bytes: Int, within budget: ByteBudget) -> Bool {
    guard bytes > Self.smallBytes else { return true }
    guard budget.take(bytes) else { return false }
    unsent.withLock { $0 = (budget, bytes) }
    return true
  }

  /// The library is done with the request.
  func end() {
    state.withLock { state in
      state.isOver = true
      state.dropBody()
    }
    unsent.withLock { unsent in
      unsent?.budget.giveBack(unsent?.bytes ?? 0)
      unsent = nil
    }
    progress.cancel()
    table.enter(.idle, connection)
  }
}

/// A request whose body is not taken.
struct BodyRefusal: Error { var response: APIResponse }

extension Exchange.State {
  fileprivate mutating func dropBody() {
    if case .within(let budget) = bodyUse { budget.giveBack(body.count) }
    body = []
  }
}
