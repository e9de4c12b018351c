import Foundation
import Oracle
import TestSupport
import TraceQL

/// Random spans and queries for programs that are no part of this one: Tests/layouts.py writes
/// blocks of them.
struct RandomExport {
  var seed: UInt64
  var count: Int

  /// A trace a line, as an OTLP request.
  func printTraces() throws {
    var traces = RandomTraces(seed: seed)
    traces.isTame = true
    for number in 0..<count {
      let trace = traces.trace(number)
      let request = ["resourceSpans": trace.batches.map { object($0, trace) }]
      print(String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self))
    }
  }

  /// A query a line; half of them are metrics queries.
  func printQueries() {
    var queries = RandomQueries(seed: seed)
    var left = count
    while left > 0 {
      let text = left % 2 == 0 ? queries.query() : queries.metricsQuery().text
      guard Query.parse(text).isValid else { continue }
      print(text)
      left -= 1
    }
  }

  // MARK: OTLP

  private func object(_ batch: StoredTrace.Batch, _ trace: StoredTrace) -> [String: Any] {
    let scope: [String: Any] = [
      "name": batch.scope.name, "version": batch.scope.version,
      "attributes": attributes(batch.scope.attributes),
    ]
    return [
      "resource": ["attributes": attributes(batch.resource)],
      "scopeSpans": [["scope": scope, "spans": batch.spans.map { object($0, trace) }]],
    ]
  }

  private func object(_ span: StoredSpan, _ trace: StoredTrace) -> [String: Any] {
    [
      "traceId": HexID.digits(trace.id), "spanId": HexID.digits(span.id),
      "parentSpanId": HexID.digits(span.parentID), "name": span.name, "kind": span.kind,
      "traceState": span.traceState, "startTimeUnixNano": "\(span.start)",
      "endTimeUnixNano": "\(span.start + span.duration)",
      "status": ["code": span.status, "message": span.statusMessage] as [String: Any],
      "attributes": attributes(span.attributes),
      "events": span.events.map { event -> [String: Any] in
        [
          "name": event.name, "timeUnixNano": "\(span.start + event.time)",
          "attributes": attributes(event.attributes),
        ]
      },
      "links": span.links.map { link -> [String: Any] in
        [
          "traceId": HexID.digits(link.traceID), "spanId": HexID.digits(link.spanID),
          "attributes": attributes(link.attributes),
        ]
      },
    ]
  }

  private func attributes(_ list: [StoredAttribute]) -> [[String: Any]] {
    list.map { attribute in
      let values = attribute.elements.map(value)
      let whole: [String: Any] =
        values.count == 1 ? values[0] : ["arrayValue": ["values": values]]
      return ["key": attribute.key, "value": whole]
    }
  }

  private func value(_ element: StoredAttribute.Element) -> [String: Any] {
    switch element {
    case .text(let value): ["stringValue": value]
    case .int(let value): ["intValue": "\(value)"]
    case .double(let value): ["doubleValue": value]
    case .bool(let value): ["boolValue": value]
    }
  }
}
