package import Columns
package import OTLP
package import Spans

extension AttributeTable {
  /// Appends an attribute whose value is at hand as a tree.
  mutating func append(key: String, _ value: AnyValue, _ strings: inout StringInterner) {
    let key = strings.intern(key)
    let (kind, values) = value.columnar(&strings)
    if kind.isArray {
      append(key: key, kind, elements: values)
    } else {
      append(key: key, kind, values[0])
    }
  }
}

extension AnyValue {
  /// The value as a table of spans has it: one payload, or the elements of an array.
  package func columnar(
    _ strings: inout StringInterner
  ) -> (kind: AttributeKind, values: [UInt64]) {
    if let (kind, payload) = scalar(&strings) { return (kind, [payload]) }
    if let (kind, elements) = uniformElements(&strings) { return (kind, elements) }
    return (.json, [UInt64(strings.intern(protoJSON()))])
  }

  /// A value of one of the four simple types as the columns have it.
  fileprivate func scalar(
    _ strings: inout StringInterner
  ) -> (kind: AttributeKind, payload: UInt64)? {
    switch self {
    case .string(let text): (.text, UInt64(strings.intern(text)))
    case .bool(let flag): (.bool, flag ? 1 : 0)
    case .int(let number): (.int, UInt64(bitPattern: number))
    case .double(let number): (.double, number.bitPattern)
    case .empty, .bytes, .array, .map: nil
    }
  }

  /// The elements of an array that are all of one simple type; of none, if it is empty.
  fileprivate func uniformElements(
    _ strings: inout StringInterner
  ) -> (kind: AttributeKind, elements: [UInt64])? {
    guard case .array(let elements) = self else { return nil }
    var kind: AttributeKind?
    var payloads: [UInt64] = []
    for element in elements {
      guard let scalar = element.scalar(&strings), kind == nil || kind == scalar.kind else {
        return nil
      }
      kind = scalar.kind
      payloads.append(scalar.payload)
    }
    return (kind?.array ?? .textArray, payloads)
  }
}
