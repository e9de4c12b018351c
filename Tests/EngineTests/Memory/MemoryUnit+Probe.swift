import Columns
import Storage

extension MemoryUnit {
  /// The traces with a value that passes, and no others.
  func traces(matching probe: RowProbe) -> Bitmap? {
    if storing == .lists { return nil }
    var found = Bitmap(count: traceCount)
    for (index, trace) in traces.enumerated() {
      let alone = MemoryUnit([trace], storing: storing)
      found[index] = alone.values(of: probe.target).contains { Self.passes($0, probe.condition) }
    }
    return found
  }

  private func values(of target: RowProbe.Target) -> [StoredAttribute.Element] {
    switch target {
    case .attribute(let scope, let name):
      if scope == .resource && name == "service.name" {
        return batches.map { .text($0.serviceName) }
          + batches.flatMap(\.resource).filter { $0.key == name }.flatMap(\.elements)
      }
      return lists(scope).joined().filter { $0.key == name }.flatMap(\.elements)
    case .column(let column):
      switch self.column(column) {
      case .int64(let values): return values.map { .int($0) }
      case .text(let column):
        return column.codes.indices.map { .text(column.string(at: $0)) }
      default: return []
      }
    }
  }

  private static func passes(
    _ value: StoredAttribute.Element, _ condition: RowProbe.Condition
  ) -> Bool {
    switch (value, condition) {
    case (.text(let text), .text(let test)): test(StringTable([text]))[0]
    case (.int(let value), .int(let range)), (.int(let value), .number(.some(let range), _)):
      range.contains(value)
    case (.double(let value), .number(_, .some(let range))): range.contains(value)
    default: false
    }
  }
}
