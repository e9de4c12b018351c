import TraceQL

/// The two orders of label sets.
enum SeriesOrder {
  /// As answers list series: fewer labels first, then by key and value text (15.1).
  static func sorted(_ series: [MetricsSeries]) -> [MetricsSeries] {
    let keys = series.map { entry in
      entry.labels.map { (key: Array($0.key.utf8), value: Array(text(of: $0.value).utf8)) }
    }
    return series.indices.sorted { a, b in
      if keys[a].count != keys[b].count { return keys[a].count < keys[b].count }
      for (x, y) in zip(keys[a], keys[b]) {
        if x.key != y.key { return x.key.lexicographicallyPrecedes(y.key) }
        if x.value != y.value { return x.value.lexicographicallyPrecedes(y.value) }
      }
      return a < b
    }.map { series[$0] }
  }

  /// The text form values are compared in, so that `100` comes before `97`.
  private static func text(of value: Value) -> String {
    switch value {
    case .bool(let value): "bool_value:\(value)"
    case .float(let value): "double_value:\(FloatText.format(value))"
    case .int(let value): "int_value:\(value)"
    case .string(let value): "string_value:\"\(value)\""
    case .nil, .duration, .status, .kind, .array: ""
    }
  }

  /// The order among equal values in `topk` and `bottomk` (10.1): whether `a` is less than `b`.
  static func isLess(_ a: [NamedValue], _ b: [NamedValue]) -> Bool {
    let a = a.withoutName
    let b = b.withoutName
    for (x, y) in zip(a, b) {
      // Earlier in the alphabet is greater.
      let texts = (bytes(x.value), bytes(y.value))
      if texts.0 != texts.1 { return texts.1.lexicographicallyPrecedes(texts.0) }
      let keys = (Array(x.key.utf8), Array(y.key.utf8))
      if keys.0 != keys.1 { return keys.1.lexicographicallyPrecedes(keys.0) }
      let ranks = (rank(x.value), rank(y.value))
      if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
      let numbers = (payload(x.value), payload(y.value))
      if numbers.0 != numbers.1 { return numbers.0 < numbers.1 }
    }
    return a.count < b.count
  }

  /// The content of a string; of anything else nothing.
  private static func bytes(_ value: Value) -> [UInt8] {
    if case .string(let text) = value { Array(text.utf8) } else { [] }
  }

  /// Types in order: nil, integers, floats, text, booleans.
  static func rank(_ value: Value) -> Int {
    switch value {
    case .nil: 0
    case .int: 1
    case .float: 2
    case .string: 3
    default: 4
    }
  }

  private static func payload(_ value: Value) -> UInt64 {
    switch value {
    case .int(let value): UInt64(bitPattern: value)
    case .float(let value): value.bitPattern
    case .bool(let value): value ? 1 : 0
    default: 0
    }
  }
}
