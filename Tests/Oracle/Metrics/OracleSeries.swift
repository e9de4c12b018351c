import TraceQL

/// One series of an answer: traceql-metrics.md 4.
package struct OracleSeries {
  /// Strings, integers, floats and booleans only.
  package var labels: [(key: String, value: OracleValue)]
  /// One for each interval; NaN where there is none.
  package var samples: [Double]
  /// What a quantile may be: the promised error on both sides of the exact value.
  package var bounds: [ClosedRange<Double>?] = []

  var withoutName: [(key: String, value: OracleValue)] { labels.filter { $0.key != "__name__" } }

  /// What series of two operands match by.
  var matchingKey: [String] { withoutName.map { "\($0.key)=\($0.value)" } }

  package var text: String { labels.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") }

  var hasSamples: Bool { samples.contains { !$0.isNaN } }

  func mapped(_ change: (Double) -> Double) -> OracleSeries {
    OracleSeries(labels: labels, samples: samples.map { $0.isNaN ? .nan : change($0) })
  }

  /// The order of answers (15.1).
  func precedes(_ other: OracleSeries) -> Bool {
    if labels.count != other.labels.count { return labels.count < other.labels.count }
    for (a, b) in zip(labels, other.labels) {
      if a.key != b.key { return a.key.utf8.lexicographicallyPrecedes(b.key.utf8) }
      let texts = (a.value.orderedText, b.value.orderedText)
      if texts.0 != texts.1 { return texts.0.utf8.lexicographicallyPrecedes(texts.1.utf8) }
    }
    return false
  }
}

extension OracleValue {
  /// As a label: what is neither string, number nor boolean is given as text; an array is "nil"
  /// (4.1, 4.4). Nil stays nil.
  var label: OracleValue {
    switch self {
    case .none, .int, .float, .string, .bool: self
    case .duration(let value): .string(GoDuration.format(nanoseconds: value))
    case .status(let code):
      .string(Literal.Status(rawValue: Int(code)).map { "\($0)" } ?? "status(\(code))")
    case .kind(let code):
      .string(Literal.Kind(rawValue: Int(code)).map { "\($0)" } ?? "kind(\(code))")
    case .array: .string("nil")
    }
  }

  /// Numbers without a fraction are written without one.
  var plainText: String {
    switch self {
    case .int(let value): "\(value)"
    case .float(let value): Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    case .string(let value): value
    case .bool(let value): "\(value)"
    default: ""
    }
  }

  /// What answers are ordered by (15.1).
  fileprivate var orderedText: String {
    switch self {
    case .bool: "bool_value:" + plainText
    case .float: "double_value:" + plainText
    case .int: "int_value:" + plainText
    case .string: "string_value:\"" + plainText + "\""
    default: ""
    }
  }

  /// nil < int < float < string < boolean (10.1).
  var typeRank: Int {
    switch self {
    case .int: 1
    case .float: 2
    case .string: 3
    case .bool: 4
    default: 0
    }
  }
}
