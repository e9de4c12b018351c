import Server

/// `traceql api`: requests of Tempo's API, answered without a server.
enum APICommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let headers = try headers(session.arguments)
    let target = session.arguments.operands.first ?? ""
    guard target == "-" || target.hasPrefix("/") else {
      throw CommandFailure(
        UsageError(
          "'\(PrintableText.escaped(target))' is no request path",
          hint: "A path begins with a slash: /api/search?q={}", command: .api))
    }
    let server = session.apiServer(try await session.openCatalog(answersMany: target == "-"))
    if target == "-" { return await answerLines(server, headers, session) }
    let (response, outcome) = await APIAnswer.respond(
      to: APIRequest(target: target, headers: headers), server, session,
      width: session.terminal.errorWidth)
    if session.arguments.isSet(.include) { StandardStream.output.write(head(of: response)) }
    StandardStream.output.write(response.body)
    guard response.status < 400 else { return ExitCode(status: response.status) }
    let reasons = response.header("X-Traceql-Partial").map { [$0] } ?? []
    return session.conclude(outcome, partialReasons: reasons)
  }

  /// One request per line of standard input, one framed answer for each, until the input ends.
  private static func answerLines(
    _ server: APIServer, _ headers: [(name: String, value: String)], _ session: Session
  ) async -> ExitCode {
    var lines = InputLines()
    while let line = lines.next() {
      guard !line.isEmpty else { continue }
      let request = APIRequest(target: line, headers: headers)
      // Watching costs a thread for each request; without a time limit it has nothing to do.
      let response =
        session.settings.timeoutNanoseconds == nil
        ? await server.respond(to: request)
        : await APIAnswer.respond(to: request, server, session, width: nil).response
      // One write for head and body: whoever waits for the answer wakes once.
      StandardStream.output.write(Array(head(of: response).utf8) + response.body)
    }
    return .answered
  }

  private static func head(of response: APIResponse) -> String {
    var lines = ["HTTP/1.1 \(response.status) \(response.reason)"]
    lines += response.headers.map { "\($0.name): \($0.value)" }
    lines.append("Content-Length: \(response.body.count)")
    return lines.joined(separator: "\r\n") + "\r\n\r\n"
  }

  private static func headers(
    _ arguments: ParsedArguments
  ) throws(CommandFailure) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    for text in arguments.values[.header] ?? [] {
      guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
        throw CommandFailure(
          UsageError(
            "'\(PrintableText.escaped(text))' is no header",
            hint: "A header is a name, a colon and a value: 'Accept: application/json'",
            command: .api))
      }
      let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers.append((String(text[..<colon]), String(value)))
    }
    return headers
  }
}
