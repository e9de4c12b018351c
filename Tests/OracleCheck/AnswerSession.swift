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
    let kinds = ["/api/search", "/api/metrics/query_range", "/api/metrics/query"]
    guard let kind = kinds.first(where: { path.hasPrefix($0 + "?") }), let text = parameter("q")
    else { return ("404 Not Found", Data()) }
    let parsed = Query.parse(text)
    guard parsed.isValid, let query = parsed.query else {
      return ("400 Bad Request", Data("\(parsed.diagnostics)".utf8))
    }
    if kind != kinds[0] {
      return try metrics(query, text, parameter, isInstant: kind == kinds[2])
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

  // MARK: Metrics

  private func metrics(
    _ query: Query, _ text: String, _ parameter: (String) -> String?, isInstant: Bool
  ) throws -> (status: String, body: Data) {
    guard let start = parameter("start").flatMap(Self.nanoseconds),
      let end = parameter("end").flatMap(Self.nanoseconds)
    else { return ("404 Not Found", Data()) }
    // Recorded long after the spans: nothing is too young, and nothing was too much.
    let rules = OracleTimeRules(now: .max, cutoff: 0, durationMax: 0, intervalsMax: 10_000)
    let step = parameter("step").flatMap(Self.step)
    let answer =
      isInstant
      ? rules.instant(start: start, end: end) : rules.range(start: start, end: end, step: step)
    switch answer {
    case .refused(let why): return ("400 Bad Request", Data(why.utf8))
    case .window(let window):
      let oracle = MetricsOracle(
        store, .fragment, window: window, quantiles: .powersOfTwo, hints: OracleHints(text: text))
      let object = MetricsBody(window: window, isInstant: isInstant).object(oracle.series(query))
      return ("200 OK", try JSONSerialization.data(withJSONObject: object))
    }
  }

  /// Up to ten digits are seconds, more are nanoseconds; with a point seconds; else a date (2.2).
  private static func nanoseconds(_ text: String) -> Int64? {
    if let date = ISO8601DateFormatter().date(from: text) {
      return Int64(date.timeIntervalSince1970) * 1_000_000_000
    }
    if text.contains(".") {
      return Double(text).map { Int64(($0 * 1_000).rounded()) * 1_000_000 }
    }
    return Int64(text).map { text.count > 10 ? $0 : $0 * 1_000_000_000 }
  }

  /// Seconds, or a number with a unit.
  private static func step(_ text: String) -> Int64? {
    let units = ["ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9]
    let number = text.prefix { $0.isNumber || $0 == "." }
    guard let value = Double(number) else { return nil }
    if number.count == text.count { return Int64(value * 1e9) }
    return units[String(text.dropFirst(number.count))].map { Int64(value * $0) }
  }
}
