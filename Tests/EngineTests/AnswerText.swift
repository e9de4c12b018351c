import Engine
import Oracle
import TraceQL

/// Matches as lines of text: one for each spanset, `t1: A B`.
///
/// With more detail: `t1: A{kind=server} B of 5 [by(.x)=1 count()=5]`.
struct AnswerText {
  /// How much the lines say.
  struct Detail: Sendable {
    var spanAttributes = false
    var matched = false
    var setAttributes = false
    var names = false
    var trace = false
  }

  var detail: Detail
  private let traceLabels: [[UInt8]: String]
  private let spanLabels: [[UInt8]: [SpanKey: String]]

  /// Spans that share an ID are told apart by their start.
  private struct SpanKey: Hashable {
    var id: [UInt8]
    var start: UInt64
  }

  init(_ traces: [StoredTrace], detail: Detail) {
    self.detail = detail
    traceLabels = Dictionary(traces.map { ($0.id, $0.label) }) { first, _ in first }
    spanLabels = Dictionary(
      traces.map { trace in
        let labels = trace.spans.map { span in
          (SpanKey(id: span.id, start: UInt64(bitPattern: span.start)), span.label)
        }
        return (trace.id, Dictionary(labels) { first, _ in first })
      }
    ) { first, _ in first }
  }

  /// Spansets of one trace are put in the order of their lines: they have none of their own.
  func lines(_ matches: [TraceMatch]) -> [String] {
    matches.flatMap { match in
      match.spanSets.map { self.line($0, of: match) }.sorted()
    }
  }

  private func line(_ set: SpanSetMatch, of match: TraceMatch) -> String {
    var parts = [(traceLabels[match.traceID] ?? "unknown trace") + ":"]
    for span in set.spans {
      let key = SpanKey(id: span.spanID, start: span.startNanoseconds)
      parts.append((spanLabels[match.traceID]?[key] ?? "unknown span") + describe(span))
    }
    if detail.matched { parts.append("of \(set.matched)") }
    if detail.setAttributes {
      parts.append("[" + set.attributes.map(Self.text).joined(separator: " ") + "]")
    }
    if detail.trace {
      let statistics = (match.serviceStatistics ?? []).map {
        "\($0.service)=\($0.spanCount)/\($0.errorCount)"
      }
      parts.append(
        "<root=\(match.rootTraceName) service=\(match.rootServiceName) "
          + "start=\(GoDuration.format(nanoseconds: Self.offset(match.startNanoseconds))) "
          + "duration=\(GoDuration.format(nanoseconds: match.durationNanoseconds)) "
          + statistics.joined(separator: " ") + ">")
    }
    return parts.joined(separator: " ")
  }

  private static func offset(_ start: UInt64) -> Int64 {
    Int64(bitPattern: start) - SpanNotation.epoch
  }

  private func describe(_ span: SpanMatch) -> String {
    var words: [String] = []
    if detail.names { words.append("name=" + (span.name.map { "\"\($0)\"" } ?? "none")) }
    if detail.spanAttributes { words += span.attributes.map(Self.text).sorted() }
    return words.isEmpty ? "" : "{" + words.joined(separator: " ") + "}"
  }

  private static func text(_ named: NamedValue) -> String { named.key + "=" + text(named.value) }

  static func text(_ value: Value) -> String {
    switch value {
    case .nil: return "nil"
    case .int(let value): return String(value)
    case .float(let value): return "\(value)"
    case .duration(let value): return GoDuration.format(nanoseconds: value)
    case .string(let value): return "\"\(value)\""
    case .bool(let value): return String(value)
    case .status(let code):
      return Literal.Status(rawValue: Int(code)).map { "\($0)" } ?? "status(\(code))"
    case .kind(let code):
      return Literal.Kind(rawValue: Int(code)).map { "\($0)" } ?? "kind(\(code))"
    case .array(let values): return "[" + values.map(text).joined(separator: ",") + "]"
    }
  }
}
