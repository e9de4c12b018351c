import Foundation
import Oracle
import TraceQL

/// Answers request paths from standard input, one a line, the way `traceql api -` does.
struct AnswerSession {
  let store: OracleStore

  init(spans path: String) throws { store = OracleStore(try DumpedTrace.read(path)) }

  func run() throws {
    while let line = readLine() {
      let (status, body) = try answer(line)
      let data = Data("HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
      FileHandle.standardOutput.write(data)
    }
  }

  private func answer(_ path: String) throws -> (status: String, body: Data) {
    let items = URLComponents(string: path)?.queryItems ?? []
    func parameter(_ name: String) -> String? { items.first { $0.name == name }?.value }
    guard path.hasPrefix("/api/search?"), let text = parameter("q") else {
      return ("404 Not Found", Data())
    }
    let parsed = Query.parse(text)
    guard parsed.isValid, let query = parsed.query else {
      return ("400 Bad Request", Data("\(parsed.diagnostics)".utf8))
    }
    var times: ClosedRange<Int64>?
    if let start = parameter("start").flatMap(Int64.init),
      let end = parameter("end").flatMap(Int64.init)
    {
      times = start * 1_000_000_000...end * 1_000_000_000
    }
    let limit = parameter("limit").flatMap(Int.init) ?? 20
    let spans = parameter("spss").flatMap(Int.init) ?? 3
    // The recorded answers are those of fragments.
    let matches = store.search(query, .fragment, times: times)
    let object = SearchBody(spansPerSpanSet: spans).object(Array(matches.prefix(limit)))
    return ("200 OK", try JSONSerialization.data(withJSONObject: object))
  }
}
