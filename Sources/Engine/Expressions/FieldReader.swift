import Columns
import Storage
import TraceQL

/// The rows an expression is evaluated for: spans, and where a filter speaks of events or links,
/// one event and one link of each.
struct RowSet {
  var spans: [UInt32]
  /// Index in the event lane, or -1 for "no event"; nil where rows are spans.
  var events: [Int32]?
  var links: [Int32]?

  var count: Int { spans.count }
}

/// Reads fields as vectors for chosen rows.
extension UnitContext {
  func values(_ field: Field, _ rows: RowSet) throws(StorageError) -> FieldVector {
    if field.isOfParent { return try parentValues(field, rows) }
    switch field {
    case .intrinsic(.parent): return try parentMarkers(rows)
    case .intrinsic(let intrinsic): return try values(intrinsic, rows)
    case .attribute(let attribute):
      if let scope = attribute.scope.storage {
        return try values(scope, attribute.name, rows)
      }
      return try unscopedValues(attribute.name, rows)
    }
  }

  private func values(
    _ scope: AttributeScope, _ name: String, _ rows: RowSet
  ) throws(StorageError) -> FieldVector {
    let lane = try attribute(scope, name)
    switch scope {
    case .event, .link:
      if let chosen = scope == .event ? rows.events : rows.links { return lane.values(of: chosen) }
      return try lane.values(of: firstElements(of: scope.lane, rows.spans) { lane.hasValue($0) })
    default: return lane.values(of: elements(of: scope.lane, rows.spans))
    }
  }

  private func unscopedValues(_ name: String, _ rows: RowSet) throws(StorageError) -> FieldVector {
    let own = try attribute(.span, name)
    let resource = try attribute(.resource, name)
    let resources = layout.resourceOf
    var result = own.values(of: elements(of: .span, rows.spans))
    let inherited = resource.values(
      of: rows.spans.map { own.hasKey[Int($0)] ? -1 : Int32(resources[Int($0)]) })
    result.replaceNil(by: inherited)
    return result
  }

  /// Lane elements that belong to spans; each span has exactly one in these lanes.
  private func elements(of lane: TraceLane, _ spans: [UInt32]) -> [Int32] {
    switch lane {
    case .trace:
      let traceOf = layout.traceOf
      return spans.map { Int32(traceOf[Int($0)]) }
    case .resource:
      let resourceOf = layout.resourceOf
      return spans.map { Int32(resourceOf[Int($0)]) }
    case .scope:
      let scopeOf = layout.scopeOf
      return spans.map { Int32(scopeOf[Int($0)]) }
    case .span, .event, .link: return spans.map { Int32($0) }
    }
  }

  /// The first event or link of each span that carries the field, or -1.
  private func firstElements(
    of lane: TraceLane, _ spans: [UInt32], where carries: (Int) -> Bool
  ) throws(StorageError) -> [Int32] {
    guard let offsets = try unit.offsets(of: lane) else {
      return [Int32](repeating: -1, count: spans.count)
    }
    return spans.map { span in
      let range = Int(offsets[Int(span)])..<Int(offsets[Int(span) + 1])
      return range.first(where: carries).map { Int32($0) } ?? -1
    }
  }

  /// The first event or link of each span that carries an event's or link's field, or -1.
  func firstCarriers(
    of field: Field, _ spans: [UInt32]
  ) throws(StorageError) -> [Int32] {
    let lane: TraceLane = field.isOfEvent ? .event : .link
    guard case .attribute(let attribute) = field, let scope = attribute.scope.storage else {
      return try firstElements(of: lane, spans) { _ in true }
    }
    let values = try self.attribute(scope, attribute.name)
    return try firstElements(of: lane, spans) { values.hasValue($0) }
  }

  private func values(_ intrinsic: Intrinsic, _ rows: RowSet) throws(StorageError) -> FieldVector {
    let (lane, column) = try column(of: intrinsic)
    guard let column else { return FieldVector(nilCount: rows.count) }
    if let chosen = lane == .event ? rows.events : lane == .link ? rows.links : nil {
      return FieldVector(column, intrinsic, chosen)
    }
    let rowElements =
      lane == .event || lane == .link
      ? try firstElements(of: lane, rows.spans) { _ in true } : elements(of: lane, rows.spans)
    return FieldVector(column, intrinsic, rowElements)
  }

  private func parentMarkers(_ rows: RowSet) throws(StorageError) -> FieldVector {
    let parents = try parentSpans()
    var result = FieldVector(nilCount: rows.count)
    for (row, span) in rows.spans.enumerated() where parents[Int(span)] >= 0 {
      result.set(.bool(true), at: row)
    }
    return result
  }

  private func parentValues(_ field: Field, _ rows: RowSet) throws(StorageError) -> FieldVector {
    let parents = try parentSpans()
    let owners = rows.spans.map { parents[Int($0)] }
    let known = RowSet(spans: owners.filter { $0 >= 0 }.map { UInt32($0) })
    var values = try values(field.withoutParent, known)
    if let intrinsic = field.parentIntrinsic {
      let present = try present(field.withoutParent)
      var fallback = try self.values(intrinsic, known)
      for (row, span) in known.spans.enumerated() where present[Int(span)] {
        fallback.tags[row] = .nil
      }
      values.replaceNil(by: fallback)
    }
    var next: Int32 = -1
    return values.gathered(
      owners.map { owner in
        if owner < 0 { return -1 }
        next += 1
        return next
      })
  }
}

extension FieldVector {
  /// A column's values at chosen elements; -1 is nil.
  fileprivate init(_ column: ColumnValues, _ intrinsic: Intrinsic, _ elements: [Int32]) {
    self.init(nilCount: elements.count)
    switch column {
    case .int64(let values):
      let tag = intrinsic.tag
      for (row, element) in elements.enumerated() where element >= 0 {
        tags[row] = tag
        payloads[row] = UInt64(bitPattern: values[Int(element)])
      }
    case .text(let text):
      tables = [text.table]
      for (row, element) in elements.enumerated() where element >= 0 {
        tags[row] = .string
        payloads[row] = UInt64(text.codes[Int(element)])
      }
      if intrinsic.isIdentifier { canonicalise(IdentifierText(intrinsic)) }
    case .double, .bool:
      preconditionFailure("intrinsics are integers or text")
    }
  }

  /// Replaces raw IDs by their canonical text, for the rows in use only.
  private mutating func canonicalise(_ text: IdentifierText) {
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    for row in tags.indices where tags[row] == .string {
      let (table, range) = stringRange(row)
      bytes.append(contentsOf: table.bytes[range])
      payloads[row] = UInt64(offsets.count - 1)
      offsets.append(UInt32(bytes.count))
    }
    tables = [text.canonical(StringTable(offsets: offsets, bytes: bytes))]
  }

  /// Fills nil rows from another vector of the same rows.
  mutating func replaceNil(by other: FieldVector) {
    precondition(count == other.count, "both vectors describe the same rows")
    let firstTable = UInt64(tables.count) &<< 32
    let firstArray = UInt64(arrays.count)
    tables += other.tables
    arrays += other.arrays
    for row in tags.indices where tags[row] == .nil {
      tags[row] = other.tags[row]
      switch other.tags[row] {
      case .string: payloads[row] = other.payloads[row] &+ firstTable
      case .array: payloads[row] = other.payloads[row] &+ firstArray
      default: payloads[row] = other.payloads[row]
      }
    }
  }
}
