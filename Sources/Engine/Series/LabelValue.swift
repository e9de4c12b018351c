import TraceQL

extension Value {
  /// The value as label sets carry it: text, integers, floats and booleans only
  /// (traceql-metrics.md 4.4). Arrays are the text `nil`, nil stays nil.
  var label: Value {
    switch self {
    case .nil, .int, .float, .string, .bool: self
    case .duration(let nanoseconds): .string(GoDuration.format(nanoseconds: nanoseconds))
    case .status(let code):
      .string(
        Int(exactly: code).flatMap { Literal.Status(rawValue: $0) }?.word ?? "status(\(code))")
    case .kind(let code):
      .string(Int(exactly: code).flatMap { Literal.Kind(rawValue: $0) }?.word ?? "kind(\(code))")
    case .array: .string("nil")
    }
  }
}

extension Literal.Status {
  fileprivate var word: String { FieldExpression(.literal(.status(self))).description }
}

extension Literal.Kind {
  fileprivate var word: String { FieldExpression(.literal(.kind(self))).description }
}

extension [NamedValue] {
  static let nameKey = "__name__"

  /// What series of two operands are matched by: everything but the name.
  var withoutName: [NamedValue] { filter { $0.key != Self.nameKey } }

  var name: String? {
    guard case .string(let name)? = first(where: { $0.key == Self.nameKey })?.value else {
      return nil
    }
    return name
  }
}
