import Server
import Storage

extension TraceServer {
  /// What somebody sees who opens the server's address: what is served, and what to do with it.
  func landingPage(_ active: Active) -> APIResponse {
    let snapshot = blocks.snapshot
    let listing = snapshot.blocks
    let traces = listing.reduce(0) { $0 + $1.metadata.traceCount }
    let bytes = listing.reduce(0) { $0 + $1.metadata.byteCount }
    var rows = [
      ("Source", active.configuration.sourcePaths.joined(separator: ", ")),
      ("Blocks", "\(listing.count), \(traces) traces, \(bytes / 1_000_000) MB"),
    ]
    if active.configuration.multitenancyEnabled {
      rows.append(("Tenants", "\(snapshot.tenants.count)"))
    }
    if let range = timeRange(listing.compactMap(\.metadata.timeRange)) {
      rows.append(("From, to", range))
    }
    if let problem = snapshot.lastError { rows.append(("Trouble", problem)) }
    let table = rows.map { "<tr><td>\($0.0)</td><td>\(Self.escape($0.1))</td></tr>" }.joined()
    let prefix = Self.escape(active.configuration.pathPrefix)
    return .html(
      title: "traceql",
      """
      <h1>traceql serves the Tempo API</h1>
      <table>\(table)</table>
      <p>Point Grafana's Tempo data source at this address, or ask:</p>
      <pre>curl -G http://HOST:PORT\(prefix)/api/search -d limit=5 \\
        --data-urlencode 'q={ status = error }'</pre>
      <p><a href="\(prefix)/api/search?q=%7Bstatus%3Derror%7D&amp;limit=5">an answer</a> ·
      <a href="/status">status</a> · <a href="/status/endpoints">endpoints</a> ·
      <a href="/status/config">configuration</a> · <a href="/metrics">metrics</a> ·
      <a href="/ready">ready</a></p>
      """)
  }

  private func timeRange(_ ranges: [ClosedRange<UInt64>]) -> String? {
    guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max()
    else { return nil }
    return LogTime.text(unixNanoseconds: Int64(clamping: first)) + ", "
      + LogTime.text(unixNanoseconds: Int64(clamping: last))
  }

  static func escape(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
  }
}
