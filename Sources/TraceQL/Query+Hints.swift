extension Query {
  /// The first hint of that name that is a bool; hints of another type do not count.
  package func hint(_ name: String, as _: Bool.Type) -> Bool? {
    value(of: name) { if case .bool(let value) = $0 { value } else { nil } }
  }

  package func hint(_ name: String, as _: Int64.Type) -> Int64? {
    value(of: name) { if case .int(let value) = $0 { value } else { nil } }
  }

  /// An int counts as a float.
  package func hint(_ name: String, as _: Double.Type) -> Double? {
    value(of: name) { literal in
      switch literal {
      case .int(let value): Double(value)
      case .float(let value): value
      default: nil
      }
    }
  }

  package func hint(_ name: String, as _: String.Type) -> String? {
    value(of: name) { if case .string(let value) = $0 { value } else { nil } }
  }

  package func hintNanoseconds(_ name: String) -> Int64? {
    value(of: name) { if case .duration(let value) = $0 { value } else { nil } }
  }

  /// `with (most_recent=true)`: the newest traces are wanted.
  package var wantsMostRecent: Bool { hint("most_recent", as: Bool.self) ?? false }

  private func value<Value>(of name: String, _ convert: (Literal) -> Value?) -> Value? {
    for hint in hints where hint.name == name {
      if let value = convert(hint.value) { return value }
    }
    return nil
  }
}
