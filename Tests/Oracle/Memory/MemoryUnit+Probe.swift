package import Columns
package import Storage

extension MemoryUnit {
  /// The traces with a value that passes, and no others.
  package func traces(matching probe: RowProbe) -> Bitmap? {
    if storing == .lists { return nil }
    let (lane, values) = values(of: probe.target)
    var passing = Bitmap(count: values.count)
    for (element, values) in values.enumerated() {
      passing[element] = values.contains { Self.passes($0, probe.condition) }
    }
    return traces(passing, of: lane)
  }

  package func mayMatch(_ probe: RowProbe) -> Bool {
    traces(matching: probe).map { !$0.isEmpty } ?? true
  }

  package func boundsExcludeMost(_ probe: RowProbe) -> Bool { storing != .lists }

  package func mayHaveKey(_ scope: AttributeScope, _ name: String) -> Bool {
    traces(withKey: name, scope).map { !$0.isEmpty } ?? true
  }

  /// Of the attribute list alone: attributes with a column of their own are not in it.
  package func traces(withKey name: String, _ scope: AttributeScope) -> Bitmap? {
    if storing == .lists { return nil }
    var elements = Bitmap(count: lists(scope).count)
    elements.insert(listed(scope).filter { $0.attribute.key == name }.map(\.owner))
    return traces(elements, of: scope.lane)
  }

  package func hasRead(_ scope: AttributeScope, _ type: AttributeType) -> Bool {
    storing == .columns
  }

  /// The traces of marked elements.
  private func traces(_ elements: Bitmap, of lane: TraceLane) -> Bitmap {
    let layout = layout()
    if let offsets = offsets(of: lane) {
      return elements.gathered(UnitLayout.composed(layout.spansOfTrace, offsets))
    }
    return elements.gathered(layout.elementsOfTrace(lane))
  }

  /// The values of each element of a lane.
  private func values(
    of target: RowProbe.Target
  ) -> (lane: TraceLane, values: [[StoredAttribute.Element]]) {
    switch target {
    case .attribute(let scope, let name):
      var values = lists(scope).map { list in
        list.filter { $0.key == name }.flatMap(\.elements)
      }
      if scope == .resource && name == "service.name" {
        for index in values.indices { values[index].append(.text(batches[index].serviceName)) }
      }
      return (scope.lane, values)
    case .column(let column):
      switch self.column(column) {
      case .int64(let values): return (column.lane, values.map { [.int($0)] })
      case .text(let text):
        return (column.lane, text.codes.indices.map { [.text(text.string(at: $0))] })
      default: return (column.lane, [])
      }
    }
  }

  private static func passes(
    _ value: StoredAttribute.Element, _ condition: RowProbe.Condition
  ) -> Bool {
    switch (value, condition) {
    case (.text(let text), .text(_, let test)): test(StringTable([text]))[0]
    case (.int(let value), .int(let range)), (.int(let value), .number(.some(let range), _)):
      range.contains(value)
    case (.double(let value), .number(_, .some(let range))): range.contains(value)
    default: false
    }
  }
}
