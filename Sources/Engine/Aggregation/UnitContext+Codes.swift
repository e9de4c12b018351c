import Columns
import Storage
import TraceQL

extension UnitContext {
  /// The field of every element of the lane it belongs to, as codes; nil where it must be looked up
  /// span by span.
  func laneCodes(_ field: Field) throws(StorageError) -> FieldCodes? {
    switch field {
    case .attribute(let attribute):
      guard let scope = attribute.scope.storage, scope != .event, scope != .link else { return nil }
      return try laneCodes(scope, attribute.name).codes
    case .intrinsic(let intrinsic):
      guard let column = intrinsic.column, column.lane != .event, column.lane != .link,
        !intrinsic.isIdentifier, let values = try unit.column(column)
      else { return nil }
      if case .text(let text) = values { return FieldCodes(column.lane, text) }
      var coder = FieldCoder(elementCount: values.count)
      switch values {
      case .int64(let numbers):
        switch intrinsic.tag {
        case .status: coder.add(numbers) { .status($0) }
        case .kind: coder.add(numbers) { .kind($0) }
        case .duration: coder.add(numbers) { .duration($0) }
        default: coder.add(numbers) { .int($0) }
        }
      default: coder.add(values, (0..<UInt32(values.count)).map { $0 })
      }
      return FieldCodes(lane: column.lane, codes: coder.codes, book: coder.book)
    }
  }

  private func laneCodes(
    _ scope: AttributeScope, _ name: String
  ) throws(StorageError) -> (codes: FieldCodes, hasKey: Bitmap) {
    let columns = try AttributeColumns(self, scope, name)
    if columns.parts.count == 1, case .text(let text) = columns.parts[0].values,
      columns.parts[0].elements.countsUp(to: columns.hasKey.count)
    {
      return (FieldCodes(scope.lane, text), columns.hasKey)
    }
    var coder = FieldCoder(elementCount: columns.hasKey.count)
    for part in columns.parts { coder.add(part.values, part.elements) }
    return (FieldCodes(lane: scope.lane, codes: coder.codes, book: coder.book), columns.hasKey)
  }

  /// The codes of a field for chosen spans.
  func codes(
    of field: Field, _ rows: [UInt32]
  ) throws(StorageError) -> (codes: [UInt32], book: CodeBook) {
    if let lane = try laneCodes(field) { return (lane.codes(of: rows, layout), lane.book) }
    if case .attribute(let attribute) = field, attribute.scope == .unscoped {
      return try unscopedCodes(attribute.name, rows)
    }
    // One code for each value met: what is looked up span by span is rare or costly by itself.
    let values = try values(field, RowSet(spans: rows))
    let payloads = try values.groupingPayloads(unit)
    var book = CodeBook()
    var known: [VectorKey: UInt32] = [:]
    var codes = [UInt32](repeating: 0, count: rows.count)
    for row in rows.indices where values.tags[row] != .nil {
      if row & 4_095 == 4_095 { try unit.checkpoint(taking: 0) }
      let isArray = values.tags[row] == .array
      let key = VectorKey(tag: values.tags[row], payload: isArray ? 0 : payloads[row])
      if let code = known[key] {
        codes[row] = code
      } else {
        codes[row] = book.add(isArray ? .string("nil") : values.value(at: row))
        known[key] = codes[row]
      }
    }
    return (codes, book)
  }

  private struct VectorKey: Hashable {
    var tag: FieldVector.Tag
    var payload: UInt64
  }

  /// The span's own value, else that of its resource (traceql.md 4.2).
  private func unscopedCodes(
    _ name: String, _ rows: [UInt32]
  ) throws(StorageError) -> (codes: [UInt32], book: CodeBook) {
    let own = try laneCodes(.span, name)
    let inherited = try laneCodes(.resource, name)
    var codes = own.codes.codes(of: rows, layout)
    var book = own.codes.book
    let first = UInt32(book.count)
    book.append(inherited.codes.book)
    let resources = inherited.codes.codes(of: rows, layout)
    for i in codes.indices where codes[i] == 0 && resources[i] != 0 && !own.hasKey[Int(rows[i])] {
      codes[i] = resources[i] &+ first &- 1
    }
    return (codes, book)
  }
}
