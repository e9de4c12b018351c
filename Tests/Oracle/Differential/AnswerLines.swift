package import Engine
import Foundation
import TraceQL

/// Matches of engine and oracle as text, a line a trace, without the orders that are left open.
package enum AnswerLines {
  package static func line(_ match: OracleMatch) -> String {
    let head = head(
      match.id, match.rootService, match.rootName, match.start, match.duration,
      match.statistics.map { "\($0.service) \($0.spans)/\($0.errors)" })
    let sets = match.groups.map { group in
      set(
        group.attributes.map { ($0.key, $0.value) }, matched: group.spans.count,
        group.spans.map { span in
          self.span(
            span.id, span.name, span.start, span.duration,
            span.attributes.map { ($0.key, $0.value) })
        })
    }
    return head + sets.sorted().joined()
  }

  package static func line(_ match: TraceMatch) -> String {
    let statistics = match.serviceStatistics ?? []
    let head = head(
      match.traceID, match.rootServiceName, match.rootTraceName,
      Int64(bitPattern: match.startNanoseconds), match.durationNanoseconds,
      statistics.map { "\($0.service) \($0.spanCount)/\($0.errorCount)" })
    let sets = match.spanSets.map { set in
      let order = set.spans.map { ($0.startNanoseconds, HexID.digits($0.spanID)) }
      let isOrdered = zip(order, order.dropFirst()).allSatisfy { $0 <= $1 }
      return (isOrdered ? "" : "\n  OUT OF ORDER")
        + self.set(
          set.attributes.map { ($0.key, OracleValue($0.value)) }, matched: set.matched,
          set.spans.map { span in
            self.span(
              span.spanID, span.name, Int64(bitPattern: span.startNanoseconds),
              span.durationNanoseconds, span.attributes.map { ($0.key, OracleValue($0.value)) })
          })
    }
    return head + sets.sorted().joined()
  }

  private static func head(
    _ id: [UInt8], _ service: String, _ name: String, _ start: Int64, _ duration: Int64,
    _ statistics: [String]
  ) -> String {
    "\(HexID.digits(id)) root \"\(service)\" \"\(name)\" +\(start - SpanNotation.epoch) "
      + "\(duration)ns \(statistics)"
  }

  private static func set(
    _ attributes: [(String, OracleValue)], matched: Int, _ spans: [String]
  ) -> String {
    "\n  [\(text(attributes))] \(matched):" + spans.sorted().map { "\n    " + $0 }.joined()
  }

  private static func span(
    _ id: [UInt8], _ name: String?, _ start: Int64, _ duration: Int64,
    _ attributes: [(String, OracleValue)]
  ) -> String {
    let texts = attributes.map { text([$0]) }.sorted()
    return "\(HexID.digits(id)) \(name.map { "\"\($0)\"" } ?? "-") "
      + "+\(start - SpanNotation.epoch) \(duration)ns \(texts.joined(separator: " "))"
  }

  private static func text(_ attributes: [(String, OracleValue)]) -> String {
    attributes.map { "\($0)=\(rounded($1))" }.joined(separator: " ")
  }

  /// Sums of floats may be added in any order: ten digits count.
  private static func rounded(_ value: OracleValue) -> String {
    if case .float(let number) = value, number.isFinite {
      return "float " + String(format: "%.10g", number)
    }
    return value.description
  }
}

extension OracleValue {
  init(_ value: Value) {
    switch value {
    case .nil: self = .none
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .duration(let value): self = .duration(value)
    case .string(let value): self = .string(value)
    case .bool(let value): self = .bool(value)
    case .status(let code): self = .status(code)
    case .kind(let code): self = .kind(code)
    case .array(let values): self = .array(values.map { OracleValue($0) })
    }
  }
}
