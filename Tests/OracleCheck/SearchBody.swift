import Oracle
import TraceQL

/// The body of a search, as the recorded answers have it: traceql.md 8.3.
struct SearchBody {
  /// The most spans listed of a spanset.
  let spansPerSpanSet: Int

  func object(_ matches: [OracleMatch]) -> [String: Any] {
    ["traces": matches.map(trace)]
  }

  private func trace(_ match: OracleMatch) -> [String: Any] {
    var result: [String: Any] = [
      "traceID": HexID.stripped(match.id),
      "startTimeUnixNano": "\(match.start)",
      "spanSets": match.groups.map(group),
      "rootServiceName": match.rootService.isEmpty
        ? "<root span not yet received>" : match.rootService,
    ]
    if !match.rootName.isEmpty { result["rootTraceName"] = match.rootName }
    if match.duration / 1_000_000 != 0 { result["durationMs"] = match.duration / 1_000_000 }
    var services: [String: Any] = [:]
    for service in match.statistics {
      var counts = ["spanCount": service.spans]
      if service.errors > 0 { counts["errorCount"] = service.errors }
      services[service.service] = counts
    }
    result["serviceStats"] = services
    return result
  }

  private func group(_ group: OracleMatch.Group) -> [String: Any] {
    var result: [String: Any] = [
      "spans": group.spans.prefix(spansPerSpanSet).map(span), "matched": group.spans.count,
    ]
    if !group.attributes.isEmpty { result["attributes"] = attributes(group.attributes) }
    return result
  }

  private func span(_ span: OracleMatch.Listed) -> [String: Any] {
    var result: [String: Any] = [
      "spanID": HexID.padded(span.id), "startTimeUnixNano": "\(span.start)",
    ]
    if let name = span.name, !name.isEmpty { result["name"] = name }
    if span.duration != 0 { result["durationNanos"] = "\(span.duration)" }
    if !span.attributes.isEmpty { result["attributes"] = attributes(span.attributes) }
    return result
  }

  private func attributes(_ list: [(key: String, value: OracleValue)]) -> [[String: Any]] {
    list.map { key, value in
      var result: [String: Any] = ["value": Self.json(value)]
      if !key.isEmpty { result["key"] = key }
      return result
    }
  }

  /// What JSON has no number for is text.
  static func number(_ value: Double) -> Any {
    value.isFinite ? value : value.isNaN ? "NaN" : "\(value > 0 ? "" : "-")Infinity"
  }

  static func json(_ value: OracleValue) -> [String: Any] {
    switch value {
    case .none: ["stringValue": "nil"]
    case .int(let value): ["intValue": "\(value)"]
    case .float(let value): ["doubleValue": number(value)]
    case .duration(let value): ["stringValue": GoDuration.format(nanoseconds: value)]
    case .string(let value): ["stringValue": value]
    case .bool(let value): ["boolValue": value]
    case .status(let code):
      ["stringValue": Literal.Status(rawValue: Int(code)).map { "\($0)" } ?? "status(\(code))"]
    case .kind(let code):
      ["stringValue": Literal.Kind(rawValue: Int(code)).map { "\($0)" } ?? "kind(\(code))"]
    case .array(let values): ["arrayValue": ["values": values.map(json)]]
    }
  }
}
