import Columns
import Spans
import Synchronization

/// What is to disappear from blocks.
package final class Redaction: Sendable {
  /// Attributes of these names, wherever they stand.
  package let attributes: [String]
  /// Only those with this value, spelled as it is shown; nil: with any.
  package let value: String?
  /// What stands in place of a value; nil: the attribute goes.
  package let replacement: String?
  /// Whole traces: these go, or only these stay.
  package let traces: SortedTraceIDs
  package let keepsTraces: Bool
  private let found = Atomic<Int>(0)
  private let hidden = Atomic<Int>(0)

  package init(
    attributes: [String], value: String? = nil, replacement: String? = nil,
    traces: SortedTraceIDs = SortedTraceIDs([]), keepsTraces: Bool = false
  ) {
    self.attributes = attributes
    self.value = value
    self.replacement = replacement
    self.traces = traces
    self.keepsTraces = keepsTraces
  }

  /// Attributes of resources, scopes, spans, events and links that were met, copies included.
  package var attributeCount: Int { found.load(ordering: .relaxed) }

  /// Traces that were left out, in every block they lie in.
  package var traceCount: Int { hidden.load(ordering: .relaxed) }

  /// Whether it met anything.
  package var isNeeded: Bool { attributeCount > 0 || traceCount > 0 }

  func hides(_ trace: TraceID) -> Bool {
    if traces.isEmpty && !keepsTraces { return false }
    guard traces.contains(trace) != keepsTraces else { return false }
    hidden.add(1, ordering: .relaxed)
    return true
  }

  func count(_ more: Int) { found.add(more, ordering: .relaxed) }
}

/// A redaction in the numbers of one table.
struct RedactionJudge {
  private let keys: [UInt32]
  private let value: String?
  let replacement: UInt32?
  private(set) var count = 0

  init(_ redaction: Redaction, _ strings: inout StringInterner) {
    keys = redaction.attributes.map { strings.intern($0) }
    value = redaction.value
    replacement = redaction.replacement.map { strings.intern($0) }
  }

  func names(_ key: UInt32) -> Bool { keys.contains(key) }

  /// Whether an attribute of these values goes; an array, if any element has the value.
  mutating func takes(
    _ kind: AttributeKind, _ values: ArraySlice<UInt64>, _ strings: StringInterner
  ) -> Bool {
    if let value, !values.contains(where: { Self.spelled(kind, $0, strings) == value }) {
      return false
    }
    // What has been replaced before is left as it is.
    if let replacement, kind == .text, values.first == UInt64(replacement) { return false }
    count += 1
    return true
  }

  private static func spelled(
    _ kind: AttributeKind, _ payload: UInt64, _ strings: StringInterner
  ) -> String {
    switch kind.element {
    case .int: String(Int64(bitPattern: payload))
    case .double: "\(Double(bitPattern: payload))"
    case .bool: payload != 0 ? "true" : "false"
    default: strings.string(UInt32(truncatingIfNeeded: payload))
    }
  }
}
