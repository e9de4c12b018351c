import CCurl
import Synchronization

/// GET requests over connections that are kept for the next request.
final class HTTPClient: Sendable {
  /// Headers of every request: `X-Scope-OrgID: acme`.
  private let headers: [String]
  private let idle = Mutex<[Connection]>([])

  private static let bodyBytesMax = 256 << 20
  private static let connectMilliseconds = 5_000
  private static let pollMilliseconds: Int32 = 20

  init(headers: [String]) { self.headers = headers }

  /// The body of a 200; blocks the thread and looks at `isCancelled` every few milliseconds.
  func get(
    _ url: String, accept: String, isCancelled: () -> Bool
  ) throws(RemoteError) -> [UInt8] {
    guard let connection = idle.withLock({ $0.popLast() }) ?? Connection() else {
      throw .noLibrary
    }
    let lines = headers + ["Accept: \(accept)"]
    guard connection.start(url, lines) else {
      throw .unreachable(url: url, reason: "the request cannot be made")
    }
    while !ccurl_poll(connection.session, Self.pollMilliseconds) {
      guard !isCancelled() else {
        ccurl_cancel(connection.session)
        throw .cancelled
      }
    }
    let failure = String(cString: ccurl_error(connection.session))
    guard failure.isEmpty else { throw .unreachable(url: url, reason: failure) }
    let status = ccurl_status(connection.session)
    var body = [UInt8](repeating: 0, count: ccurl_body_length(connection.session))
    ccurl_copy_body(connection.session, &body)
    idle.withLock { $0.append(connection) }
    guard status == 200 else {
      let line = body.prefix { $0 != UInt8(ascii: "\n") }.prefix(2_000)
      throw .refused(status: status, message: String(decoding: line, as: UTF8.self))
    }
    return body
  }

  /// A session of libcurl. Used by one thread at a time: whoever took it from the pool.
  private final class Connection: @unchecked Sendable {
    let session: OpaquePointer

    init?() {
      guard let session = ccurl_open() else { return nil }
      self.session = session
    }

    deinit { ccurl_close(session) }

    func start(_ url: String, _ headers: [String]) -> Bool {
      let lines = headers.flatMap { line -> [CChar] in line.utf8.map { CChar(bitPattern: $0) } + [0]
      }
      return ccurl_start(
        session, url, lines, headers.count, HTTPClient.connectMilliseconds, HTTPClient.bodyBytesMax)
    }
  }
}
