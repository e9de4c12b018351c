extension MetricsExpression: CustomStringConvertible {
  /// Canonical text.
  package var description: String {
    switch self {
    case .series(let pipeline): pipeline.description
    case .constant(let value): MetricsExpression.number(value)
    case .staged(let inner, let stages): inner.description + MetricsSecondStage.text(stages)
    case .binary(let infix, let left, let right):
      left.wrapped + " " + infix.rawValue + " " + right.wrapped
    }
  }

  private var wrapped: String {
    if case .constant(let value) = self, value.sign == .plus { return description }
    return "(" + description + ")"
  }

  /// Integers without a fraction: `* 100`.
  private static func number(_ value: Double) -> String {
    guard value.magnitude < 1e15, value == value.rounded(), value != 0 || value.sign == .plus else {
      return FloatText.format(value)
    }
    return "\(Int64(value))"
  }
}

extension MetricsPipeline: CustomStringConvertible {
  package var description: String {
    let groups =
      groupBy.isEmpty ? "" : "by(" + groupBy.map(\.description).joined(separator: ",") + ")"
    return "\(pipeline) | \(function)\(groups)" + MetricsSecondStage.text(secondStages)
  }
}

extension MetricsFunction: CustomStringConvertible {
  package var description: String {
    switch self {
    case .rate: "rate()"
    case .countOverTime: "count_over_time()"
    case .minOverTime(let field): "min_over_time(\(field))"
    case .maxOverTime(let field): "max_over_time(\(field))"
    case .sumOverTime(let field): "sum_over_time(\(field))"
    case .averageOverTime(let field): "avg_over_time(\(field))"
    case .histogramOverTime(let field): "histogram_over_time(\(field))"
    case .quantileOverTime(let field, let ranks):
      "quantile_over_time(\(field)," + ranks.map(MetricsFunction.rank).joined(separator: ",") + ")"
    case .compare(let filter, let topN, let start, let end):
      "compare({ \(filter) }"
        + [topN, start, end].compactMap { $0.map { ", \($0)" } }.joined() + ")"
    }
  }

  /// Five decimals, or as many as it takes.
  private static func rank(_ value: Double) -> String {
    let scaled = (value * 100_000).rounded()
    guard scaled / 100_000 == value, scaled < 1e15 else { return FloatText.format(value) }
    let digits = "\(Int64(scaled))"
    let padded = String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    return padded.dropLast(5) + "." + padded.suffix(5)
  }
}

extension MetricsSecondStage: CustomStringConvertible {
  package var description: String {
    switch self {
    case .top(let count): "topk(\(count))"
    case .bottom(let count): "bottomk(\(count))"
    case .compare(let comparison, let literal): "\(comparison.rawValue) \(literal)"
    }
  }

  /// Stages as they follow an expression: ` > 5 | topk(3)`.
  static func text(_ stages: [MetricsSecondStage]) -> String {
    stages.map { stage in
      if case .compare = stage { " \(stage)" } else { " | \(stage)" }
    }.joined()
  }
}
