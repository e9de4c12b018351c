import LiveStore
import Server
import Storage

extension TraceServer {
  /// What somebody sees who opens the server's address: what is served, and what to do with it.
  func landingPage(_ request: APIRequest, _ active: Active) -> APIResponse {
    let snapshot = blocks.snapshot
    let listing = snapshot.blocks
    let traces = listing.reduce(0) { $0 + $1.metadata.traceCount }
    let bytes = listing.reduce(0) { $0 + $1.metadata.byteCount }
    var rows = [
      ("Source", active.configuration.sourcePaths.joined(separator: ", ")),
      (
        "Blocks",
        "\(Self.counted(listing.count, "block")) · \(Self.counted(traces, "trace")) · "
          + Self.size(bytes)
      ),
    ]
    if active.configuration.multitenancyEnabled {
      rows.append(("Tenants", "\(snapshot.tenants.count)"))
    }
    if let range = timeRange(listing.compactMap(\.metadata.timeRange)) {
      rows.append(("Times", range))
    }
    if let live { rows.append(("Not in blocks yet", Self.counted(live.liveSpanCount, "span"))) }
    if let problem = snapshot.lastError { rows.append(("Trouble", problem)) }
    let table = rows.map { "<tr><td>\($0.0)</td><td>\(Self.escape($0.1))</td></tr>" }.joined()
    let prefix = Self.escape(active.configuration.pathPrefix)
    let scheme = active.configuration.certificateFile.isEmpty ? "http" : "https"
    let address = Self.escape(scheme + "://" + (request.header("Host") ?? "HOST:PORT"))
    return .html(
      title: "traceql",
      """
      <h1>traceql serves the Tempo API</h1>
      <table>\(table)</table>
      <p>Point Grafana's Tempo data source at this address, or ask:</p>
      <pre>curl -G \(address)\(prefix)/api/search -d limit=5 \\
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
    return LogTime.text(unixNanoseconds: Int64(clamping: first)) + " to "
      + LogTime.text(unixNanoseconds: Int64(clamping: last))
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  /// `627 kB`, `1.4 GB`: three digits or so.
  static func size(_ bytes: Int) -> String {
    var (value, unit) = (Double(bytes), 0)
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
    while value >= 999.5, unit < units.count - 1 { (value, unit) = (value / 1_000, unit + 1) }
    let tenths = Int((value * 10).rounded())
    let isShort = unit > 0 && tenths < 100
    return isShort
      ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int(value.rounded())) \(units[unit])"
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
