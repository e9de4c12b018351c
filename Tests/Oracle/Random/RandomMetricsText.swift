/// A metrics query as it is asked, and written out: constants are folded, and every operation is in
/// parentheses, so that what is held against the answer does not lean on the parser's precedence.
package struct RandomMetricsText {
  package var text: String
  package var plain: String

  init(_ text: String) { (self.text, plain) = (text, text) }

  init(text: String, plain: String) { (self.text, self.plain) = (text, plain) }

  static func + (text: RandomMetricsText, more: String) -> RandomMetricsText {
    RandomMetricsText(text: text.text + more, plain: text.plain + more)
  }
}

/// Arithmetic between pipelines and numbers: traceql-metrics.md 11.
indirect enum RandomArithmetic {
  /// Both texts are in parentheses where they need them.
  case operand(RandomMetricsText)
  case operation(String, RandomArithmetic, RandomArithmetic)

  private static func power(_ op: String) -> Int { op == "*" || op == "/" ? 2 : 1 }

  var text: RandomMetricsText {
    switch self {
    case .operand(let text): return text
    case .operation(let op, let left, let right):
      let (a, b) = (left.text, right.text)
      // `*` and `/` bind tighter; operators of one strength are left associative (1).
      var (x, y) = (a.text, b.text)
      if let inner = left.op, Self.power(inner) < Self.power(op) { x = "(\(x))" }
      if let inner = right.op, Self.power(inner) <= Self.power(op) { y = "(\(y))" }
      return RandomMetricsText(text: "\(x) \(op) \(y)", plain: "(\(a.plain) \(op) \(b.plain))")
    }
  }

  private var op: String? { if case .operation(let op, _, _) = self { op } else { nil } }
}
