import Columns
import Storage
import TraceQL

/// Counts all attributes of one scope for the observed spans of a unit.
struct AttributeTally {
  let scope: AttributeScope
  let spans: ComparisonAggregator.Spans
  let owners: SpansOfElements
  let context: UnitContext

  /// A value as stored: a type and 64 bits, the form of `FieldVector`.
  private struct Stored: Hashable {
    var name: UInt32
    var tag: FieldVector.Tag
    var payload: UInt64
  }

  /// What is known of one name of the list.
  private struct Name {
    var attribute: Int
    /// The last value met and its number, because values repeat.
    var last = Stored(name: 0, tag: .nil, payload: 0)
    var lastValue: Int?
    /// Events and links: the span that this attribute was counted for last.
    var lastSpan = -1
  }

  func add(to table: inout ComparisonTable) throws(StorageError) {
    let marked = owners.marked(of: try context.elementCount(of: scope.lane))
    if marked.isEmpty { return }
    if let list = try context.unit.attributes(scope, ofMarked: marked) { add(list, &table) }
    for (name, column) in try context.unit.directColumns(scope, ofMarked: marked) {
      add(column, name, &table)
    }
  }

  private func label(_ name: String) -> String {
    let scope: Attribute.Scope =
      switch scope {
      case .resource: .resource
      case .instrumentation: .instrumentation
      case .span: .span
      case .event: .event
      case .link: .link
      }
    return Field.attribute(Attribute(scope, name)).description
  }

  // MARK: The generic list

  private func add(_ list: MarkedAttributes, _ table: inout ComparisonTable) {
    let keys = list.keys
    let stored = storedValues(list)
    var names = [Name?](repeating: nil, count: keys.keys.table.count)
    var numbers: [Stored: Int?] = [:]
    let countsOnce = scope == .event || scope == .link
    for (i, element) in keys.owners.enumerated() where stored.tags[i] != .nil {
      let owned = owners.spans(Int(element))
      if owned.isEmpty { continue }
      let code = keys.keys.codes[i]
      var name =
        names[Int(code)]
        ?? Name(attribute: table.attribute(label(keys.keys.table.string(at: Int(code)))))
      // Of the events of a span the first that carries the attribute counts.
      if countsOnce, name.lastSpan == owned.lowerBound { continue }
      name.lastSpan = owned.lowerBound
      let value = Stored(name: code, tag: stored.tags[i], payload: stored.payloads[i])
      if name.last != value {
        name.last = value
        if let known = numbers[value] {
          name.lastValue = known
        } else {
          name.lastValue = table.value(stored.value(at: i), of: name.attribute)
          numbers[value] = name.lastValue
        }
      }
      for span in owned {
        table.add(
          spans.weight(span), attribute: name.attribute, value: name.lastValue,
          cell: Int(spans.cells[span]))
      }
      names[Int(code)] = name
    }
  }

  /// The value of each attribute of the list; more than one is an array, whose text is `nil`.
  private func storedValues(_ list: MarkedAttributes) -> FieldVector {
    var result = FieldVector(nilCount: list.keys.owners.count)
    for column in list.values {
      let tag: FieldVector.Tag
      var table: UInt64 = 0
      switch column.values {
      case .int64: tag = .int
      case .double: tag = .float
      case .bool: tag = .bool
      case .text(let text):
        tag = .string
        result.tables.append(text.table)
        table = UInt64(result.tables.count - 1) << 32
      }
      for (i, attribute) in column.owners.enumerated() {
        let attribute = Int(attribute)
        if result.tags[attribute] != .nil {
          if result.tags[attribute] != .array { result.set(.array([]), at: attribute) }
          continue
        }
        result.tags[attribute] = tag
        switch column.values {
        case .int64(let values): result.payloads[attribute] = UInt64(bitPattern: values[i])
        case .double(let values): result.payloads[attribute] = values[i].bitPattern
        case .bool(let values): result.payloads[attribute] = UInt64(values[i])
        case .text(let text): result.payloads[attribute] = table | UInt64(text.codes[i])
        }
      }
    }
    // All arrays are one value.
    for row in result.tags.indices where result.tags[row] == .array { result.payloads[row] = 0 }
    return result
  }

  // MARK: Columns of their own

  private func add(_ column: OwnedColumn, _ name: String, _ table: inout ComparisonTable) {
    // Elements with a value, numbered: there are few of them.
    var elements: [UInt32] = []
    let numbers = column.owners.map { owner in
      if elements.last != owner { elements.append(owner) }
      return UInt32(elements.count - 1)
    }
    var coder = FieldCoder(elementCount: elements.count)
    coder.add(column.values, numbers)
    var values = [Int32](repeating: -1, count: coder.book.count)
    var attribute: Int?
    for (i, element) in elements.enumerated() {
      let owned = owners.spans(Int(element))
      if owned.isEmpty { continue }
      let number = attribute ?? table.attribute(label(name))
      attribute = number
      let code = Int(coder.codes[i])
      if values[code] == -1 {
        values[code] =
          table.value(coder.book.value(of: UInt32(code)), of: number).map { Int32($0) } ?? -2
      }
      for span in owned {
        table.add(
          spans.weight(span), attribute: number, value: values[code] < 0 ? nil : Int(values[code]),
          cell: Int(spans.cells[span]))
      }
    }
  }
}
