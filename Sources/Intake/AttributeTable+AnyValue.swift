import Columns
import OTLP
import Spans

extension AttributeTable {
  /// Appends an attribute whose value is at hand as a tree.
  mutating func append(key: String, _ value: AnyValue, _ strings: inout StringInterner) {
    let key = strings.intern(key)
    if let (kind, payload) = value.scalar(&strings) {
      append(key: key, kind, payload)
    } else if let (kind, elements) = value.uniformElements(&strings) {
      append(key: key, kind, elements: elements)
    } else {
      append(key: key, .json, UInt64(strings.intern(value.protoJSON())))
    }
  }
}

extension AnyValue {
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
