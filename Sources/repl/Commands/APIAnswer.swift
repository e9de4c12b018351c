import Engine
import Server
import Storage

/// One answer of the API, asked for by a command of ours.
struct APIAnswer {
  var body: [UInt8]
  /// What a command that shows this answer should exit with; said on standard error already.
  var code: ExitCode

  /// Asks for `path` within `--start` and `--end`, which the API takes in whole seconds: the range
  /// is widened to them.
  static func ask(
    _ path: String, _ parameters: [(name: String, value: String)], catalog: BlockCatalog,
    session: Session
  ) async throws(CommandFailure) -> APIAnswer {
    var parameters = parameters
    if let range = session.settings.timeRange {
      let first = min(range.lowerBound / 1_000_000_000, UInt64(UInt32.max) - 1)
      let last = range.upperBound / 1_000_000_000 + 1
      parameters.append(("start", String(first)))
      parameters.append(("end", String(min(last, UInt64(UInt32.max)))))
    }
    return try await ask(path, exactly: parameters, catalog: catalog, session: session)
  }

  /// Asks for `path` with these parameters and no others.
  static func ask(
    _ path: String, exactly parameters: [(name: String, value: String)], catalog: BlockCatalog,
    session: Session
  ) async throws(CommandFailure) -> APIAnswer {
    let pairs = parameters.map { $0.name + "=" + PercentEncoding.encode($0.value) }
    let target = path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    let server = session.apiServer(catalog, marksPartialBodies: true)
    var (response, outcome) = await respond(
      to: APIRequest(target: target), server, session, width: session.terminal.errorWidth)
    guard response.status == 200 else {
      try session.failIfStopped(outcome)
      throw failure(response)
    }
    if let (reason, _) = session.stop(outcome) { response.markStopped(reason) }
    let reason = response.header("X-Traceql-Partial").map { [$0] } ?? []
    session.explainEmptyRange(catalog.blocks)
    return APIAnswer(
      body: response.body, code: session.conclude(outcome, partialReasons: reason))
  }

  /// Answers a request under watch: progress up to `width` columns, Ctrl-C, `--timeout`.
  static func respond(
    to request: APIRequest, _ server: APIServer, _ session: Session, width: Int?
  ) async -> (response: APIResponse, outcome: QueryWatch.Outcome) {
    let (result, outcome) = await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds, width: width
    ) { progress throws(Never) in
      await server.respond(to: request, progress: progress)
    }
    return (result.get(), outcome)
  }

  private static func failure(_ response: APIResponse) -> CommandFailure {
    let text = String(decoding: response.body, as: UTF8.self)
    return CommandFailure(PrintableText.escaped(text), code: ExitCode(status: response.status))
  }
}

extension ExitCode {
  /// What a process says that could only pass on an answer of that HTTP status.
  init(status: Int) {
    switch status {
    case ..<400: self = .answered
    case 404: self = .noSuchTrace
    case 422, 499, 503: self = .partial
    case ..<500, 501: self = .badRequest
    default: self = .unreadable
    }
  }
}
