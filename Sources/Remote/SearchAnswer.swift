package import Engine
import OTLP
package import Wire

/// The JSON of a `SearchResponse` as a result.
package enum SearchAnswer {
  package static func read(_ json: JSON, limit: Int) throws(RemoteError) -> SearchResult {
    guard json.members != nil else {
      throw .unreadable(what: "search answer", reason: "it is no JSON object")
    }
    var traces: [TraceMatch] = []
    for trace in json["traces"]?.elements ?? [] { traces.append(try self.trace(trace)) }
    // Servers answer in no promised order.
    traces.sort {
      $0.startNanoseconds != $1.startNanoseconds
        ? $0.startNanoseconds > $1.startNanoseconds
        : $0.traceID.lexicographicallyPrecedes($1.traceID)
    }
    let isCut = limit > 0 && traces.count >= limit
    var reasons: [String] = []
    if json["status"]?.string == "PARTIAL" { reasons = [json["message"]?.string ?? "partial"] }
    return SearchResult(
      traces: traces, matchedTraceCount: traces.count, matchedTraceCountIsExact: !isCut,
      partialReasons: reasons, statistics: statistics(json["metrics"]))
  }

  static func statistics(_ json: JSON?) -> QueryStatistics {
    var statistics = QueryStatistics()
    statistics.inspectedBytes = Int(json?["inspectedBytes"]?.int64 ?? 0)
    statistics.inspectedSpans = Int(json?["inspectedSpans"]?.int64 ?? 0)
    statistics.inspectedTraces = Int(json?["inspectedTraces"]?.int64 ?? 0)
    statistics.unitCount = Int(json?["totalJobs"]?.int64 ?? 0)
    statistics.blockCount = Int(json?["totalBlocks"]?.int64 ?? 0)
    statistics.blockBytes = Int(json?["totalBlockBytes"]?.int64 ?? 0)
    return statistics
  }

  private static func trace(_ json: JSON) throws(RemoteError) -> TraceMatch {
    guard let traceID = ID.bytes(json["traceID"]?.string, count: 16) else {
      throw .unreadable(what: "search answer", reason: "a trace has no traceID")
    }
    var sets = (json["spanSets"]?.elements ?? []).map(spanSet)
    if sets.isEmpty, let only = json["spanSet"], only.members != nil { sets = [spanSet(only)] }
    let statistics = json["serviceStats"]?.members.map { services in
      services.map { service in
        ServiceStatistics(
          service: service.name, spanCount: Int(service.value["spanCount"]?.int64 ?? 0),
          errorCount: Int(service.value["errorCount"]?.int64 ?? 0))
      }
    }
    return TraceMatch(
      traceID: traceID, rootServiceName: json["rootServiceName"]?.string ?? "",
      rootTraceName: json["rootTraceName"]?.string ?? "",
      startNanoseconds: json["startTimeUnixNano"]?.uint64 ?? 0,
      durationNanoseconds: (json["durationMs"]?.int64 ?? 0).multipliedClamping(by: 1_000_000),
      spanSets: sets, serviceStatistics: statistics)
  }

  private static func spanSet(_ json: JSON) -> SpanSetMatch {
    let spans = (json["spans"]?.elements ?? []).map(span)
    return SpanSetMatch(
      spans: spans, matched: Int(json["matched"]?.int64 ?? Int64(spans.count)),
      attributes: attributes(json["attributes"]))
  }

  private static func span(_ json: JSON) -> SpanMatch {
    let name = json["name"]?.string ?? ""
    return SpanMatch(
      spanID: ID.bytes(json["spanID"]?.string, count: 8) ?? [], name: name.isEmpty ? nil : name,
      startNanoseconds: json["startTimeUnixNano"]?.uint64 ?? 0,
      durationNanoseconds: json["durationNanos"]?.int64 ?? 0,
      attributes: attributes(json["attributes"]))
  }

  static func attributes(_ json: JSON?) -> [NamedValue] {
    (json?.elements ?? []).map { pair in
      NamedValue(key: pair["key"]?.string ?? "", value: Value(answer: pair["value"] ?? .null))
    }
  }
}

/// IDs as hexadecimal text.
enum ID {
  /// Missing digits are leading zeros; nil if it is no ID.
  static func bytes(_ text: String?, count: Int) -> [UInt8]? {
    guard let text, !text.isEmpty, text.utf8.count <= count * 2 else { return nil }
    let padding = String(repeating: "0", count: count * 2 - text.utf8.count)
    return Hex.decode(padding + text)
  }
}

extension Int64 {
  func multipliedClamping(by factor: Int64) -> Int64 {
    let (product, overflows) = multipliedReportingOverflow(by: factor)
    return overflows ? (self < 0 ? .min : .max) : product
  }
}

extension Value {
  /// A value in OTLP's JSON; what cannot be read is nil.
  init(answer json: JSON) {
    // A malformed attribute hides itself, not the answer around it.
    guard let value = try? AnyValue(json) else {
      self = .nil
      return
    }
    self.init(value)
  }

  private init(_ value: AnyValue) {
    switch value {
    case .string(let text): self = .string(text)
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .double(let number): self = .float(number)
    case .array(let elements): self = .array(elements.map { Value($0) })
    case .empty, .bytes, .map: self = .nil
    }
  }
}
