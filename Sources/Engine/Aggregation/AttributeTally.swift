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
    var list = try context.unit.attributes(scope, ofMarked: marked)
    // Files without dictionaries have a code for each entry.
    if let codes = list?.keys.keys.codesOfFirst() { list?.keys.keys.codes = codes }
    var others = Set(context.unit.directNames(scope))
    if let list {
      others.formUnion(repeatedNames(list.keys))
      addList(list, except: others, &table)
    }
    if scope == .event || scope == .link {
      for name in others.sorted() { try add(name, &table) }
    } else if !others.isEmpty {
      let columns = try context.unit.directColumns(scope, ofMarked: marked)
      let elements = NumberedElements(marked)
      for name in others.sorted() {
        let own = columns.filter { $0.name == name }.map(\.column)
        add(
          AttributeColumns(list, own, scope, name, elementCount: marked.count), of: name, elements,
          &table)
      }
    }
  }

  /// Names that stand more than once in one list: an array of what they are there.
  private func repeatedNames(_ keys: AttributeKeys) -> Set<String> {
    var lastOwners = [Int](repeating: -1, count: keys.keys.table.count)
    var names: Set<String> = []
    for (owner, code) in zip(keys.owners, keys.keys.codes) {
      if lastOwners[Int(code)] == Int(owner) {
        names.insert(keys.keys.table.string(at: Int(code)))
      }
      lastOwners[Int(code)] = Int(owner)
    }
    return names
  }

  private func field(_ name: String) -> Field {
    let scope: Attribute.Scope =
      switch scope {
      case .resource: .resource
      case .instrumentation: .instrumentation
      case .span: .span
      case .event: .event
      case .link: .link
      }
    return .attribute(Attribute(scope, name))
  }

  private func label(_ name: String) -> String { field(name).description }

  // MARK: The generic list

  /// Names of the list, but those whose values stand elsewhere too.
  private func addList(
    _ list: MarkedAttributes, except others: Set<String>, _ table: inout ComparisonTable
  ) {
    let keys = list.keys
    let isLeftOut = (0..<keys.keys.table.count).map {
      !others.isEmpty && others.contains(keys.keys.table.string(at: $0))
    }
    let stored = storedValues(list)
    var names = [Name?](repeating: nil, count: keys.keys.table.count)
    var numbers: [Stored: Int?] = [:]
    let countsOnce = scope == .event || scope == .link
    for (i, element) in keys.owners.enumerated() where stored.tags[i] != .nil {
      let owned = owners.spans(Int(element))
      let code = keys.keys.codes[i]
      if owned.isEmpty || isLeftOut[Int(code)] { continue }
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

  // MARK: Other names

  /// A name of events or links that stands twice in a list, or has columns: span by span, as any
  /// field is read.
  private func add(_ name: String, _ table: inout ComparisonTable) throws(StorageError) {
    let (codes, book) = try context.codes(of: field(name), spans.rows)
    spans.count(codes, book, as: label(name), &table)
  }

  /// The elements that have observed spans, numbered.
  private struct NumberedElements {
    let elements: [UInt32]
    /// By element; -1: it has none.
    let numbers: [Int32]

    init(_ marked: Bitmap) {
      elements = marked.indices()
      var numbers = [Int32](repeating: -1, count: marked.count)
      for (number, element) in elements.enumerated() { numbers[Int(element)] = Int32(number) }
      self.numbers = numbers
    }
  }

  /// A name of a lane above spans or of spans that stands twice in a list, or has columns.
  private func add(
    _ columns: AttributeColumns, of name: String, _ elements: NumberedElements,
    _ table: inout ComparisonTable
  ) {
    var coder = FieldCoder(elementCount: elements.elements.count)
    for part in columns.parts {
      var chosen: [UInt32] = []
      var numbers: [UInt32] = []
      for (i, element) in part.elements.enumerated() where elements.numbers[Int(element)] >= 0 {
        chosen.append(UInt32(truncatingIfNeeded: i))
        numbers.append(UInt32(elements.numbers[Int(element)]))
      }
      coder.add(part.values.gathered(chosen), numbers)
    }
    var codes = [UInt32](repeating: 0, count: spans.rows.count)
    for (element, code) in zip(elements.elements, coder.codes) where code != 0 {
      for span in owners.spans(Int(element)) { codes[span] = code }
    }
    spans.count(codes, coder.book, as: label(name), &table)
  }
}
