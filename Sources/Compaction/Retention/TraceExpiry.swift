package import Spans

/// The traces of a block whose time is up.
package struct TraceExpiry: Sendable {
  package var traces: Set<TraceID>
  /// Traces of the block.
  package var traceCount: Int

  package var isWhole: Bool { traces.count == traceCount }

  /// Whether a block is worth being written anew without them.
  package func isEnough(percent: Int) -> Bool {
    !traces.isEmpty && traces.count * 100 >= traceCount * percent
  }
}
