import TestSupport

/// Random metrics queries.
extension RandomQueries {
  /// Fields without braces or blanks: arguments and keys are plain.
  private mutating func plainField() -> String {
    random.pick([
      ".a", ".b", ".c", ".i", ".s", "span.a", "span.arr", "resource.a", "resource.r", ".arr",
      "event.k", "event.a", "link.w", "instrumentation.a", "parent.a", "resource.service.name",
      ".service.name", "name", "status", "kind", "statusMessage", "span:childCount", "event:name",
      "rootName", ".none", "duration", "traceDuration", "trace:id", "span:id", "span:parentID",
      "link:spanID", "instrumentation:name", "event:timeSinceStart", "parent.resource.r",
      "span.duration", "rootServiceName", "parent.duration", "parent.name", "parent.kind",
      "parent.span.duration", "parent.status", "parent.resource.service.name",
    ])
  }

  private mutating func argument() -> String {
    random.pick([
      "duration", "duration", ".a", ".b", ".i", "span.c", "resource.a", "event.k",
      "event:timeSinceStart", "traceDuration", "span:childCount", ".k", "link.w", ".none",
      "parent.a", "parent.duration", "parent.duration", "parent.traceDuration", "span.duration",
      "parent.kind", "parent.span.duration",
    ])
  }

  private mutating func groups() -> String {
    let count = random.pick([0, 0, 1, 1, 1, 2, 3, 6])
    if count == 0 { return "" }
    return " by(" + (0..<count).map { _ in plainField() }.joined(separator: ", ") + ")"
  }

  /// Functions whose samples are exact.
  private mutating func exactFunction() -> String {
    switch random.integer(0...8) {
    case 0, 1: "rate()"
    case 2, 3: "count_over_time()"
    case 4: "histogram_over_time(\(argument()))"
    default:
      "\(random.pick(["min", "max", "sum", "avg"]))_over_time(\(argument()))"
    }
  }

  private mutating func ranks() -> String { random.pick(["0.5", "0.9, 0.99", "0, 1", ".5, .5"]) }

  private mutating func secondStage() -> String {
    switch random.integer(0...5) {
    case 0: " | topk(\(random.integer(1...3)))"
    case 1: " | bottomk(\(random.integer(1...3)))"
    case 2:
      " \(random.pick(["=", "!=", "<", "<=", ">", ">="]))"
        + " \(random.pick(["0", "1", "2", "1.5", "2ns", "-1", "(1 + 1)", "3 - 2"]))"
    default: ""
    }
  }

  private mutating func secondStages() -> String {
    random.chance(percent: 15) ? secondStage() + secondStage() : secondStage()
  }

  /// The part in front of the function.
  package mutating func observed() -> String {
    switch random.integer(0...5) {
    case 0: "{}"
    case 1: "\(spanset(depth: 1)) | count() > \(random.integer(0...2))"
    case 2: "\(spanset(depth: 1))" + random.pick(["", "", " | by(\(field()))", " | select(.a)"])
    default: "{ \(filter(depth: 1)) }"
    }
  }

  /// Grouped or not, but without second stages.
  package mutating func countPipeline() -> (spans: String, groups: String) {
    (observed(), groups())
  }

  // MARK: Hints

  /// None of them changes an answer without `extrapolate`; sampling may be left alone (13.1).
  private mutating func hints() -> String {
    func group(_ self: inout RandomQueries) -> String {
      let hint = self.random.pick([
        "exemplars=3", "exemplars=true", "exemplars=false", "exemplars=-1", "exemplars=\"x\"",
        "sample=true", "sample=0.1", "span_sample=0.5", "trace_sample=0.5", "most_recent=true",
        "extrapolate=true", "extrapolate=true", "extrapolate=false", "extrapolate=1",
        "nonsense=1", "job_size=7",
      ])
      // Which of two hints of one name in a group counts is not specified.
      let isFree = !hint.hasPrefix("exemplars")
      let more = isFree && self.random.chance(percent: 30) ? ", exemplars=2" : ""
      return " with(\(hint)\(more))"
    }
    if random.chance(percent: 70) { return "" }
    return group(&self) + (random.chance(percent: 20) ? group(&self) : "")
  }

  // MARK: Queries

  /// One function with what follows it, for which every answer is exact.
  private mutating func exactPipeline(_ groups: String) -> String {
    let spans = random.chance(percent: 2) ? "{ false }" : observed()
    return "\(spans) | \(exactFunction())\(groups)\(secondStages())"
  }

  /// A constant, and what it is (11.1).
  private mutating func constant() -> RandomArithmetic {
    let known = [
      ("2", "2"), ("0", "0"), ("0.5", "0.5"), ("(1/2)", "0"), ("(3/2)", "1"), ("(1/2.0)", "0.5"),
      ("-1", "-1"), ("(5 * 2)", "10"), ("(7 - 2 * 3)", "1"), ("((1 + 2) * 2)", "6"),
      ("(1.5 * 2)", "3"), ("(-(3))", "-3"),
    ]
    let (text, value) = random.pick(known)
    return .operand(RandomMetricsText(text: text, plain: value))
  }

  private mutating func arithmetic(depth: Int, _ groups: String) -> RandomArithmetic {
    if depth == 0 || random.chance(percent: 25) {
      let own = random.chance(percent: 70) ? groups : self.groups()
      return .operand(RandomMetricsText("(" + exactPipeline(own) + ")"))
    }
    let op = random.pick(["+", "-", "*", "/"])
    let left = arithmetic(depth: depth - 1, groups)
    switch random.integer(0...5) {
    case 0: return .operation(op, left, constant())
    case 1: return .operation(op, constant(), left)
    default: return .operation(op, left, arithmetic(depth: depth - 1, groups))
    }
  }

  private mutating func comparison() -> String {
    let most = random.pick(["", "", ", 1", ", 2", ", 3", ", 1000"])
    let epoch = SpanNotation.epoch
    let times = most.isEmpty ? "" : random.pick(["", ", 0, 0", ", \(epoch + 5), \(epoch + 30)"])
    return "\(observed()) | compare({ \(filter(depth: 1)) }\(most)\(times))"
  }

  /// Quantiles are within an error: nothing can be computed with them exactly.
  package mutating func metricsQuery() -> RandomMetricsText {
    switch random.integer(0...9) {
    case 0: return RandomMetricsText(comparison()) + hints()
    case 1, 2:
      let text = "\(observed()) | quantile_over_time(\(argument()), \(ranks()))\(groups())"
      return RandomMetricsText(text) + hints()
    case 3...5:
      let depth = random.pick([1, 1, 2])
      return arithmetic(depth: depth, groups()).text + secondStages() + hints()
    default: return RandomMetricsText(exactPipeline(groups())) + hints()
    }
  }

  /// Quantiles of power-of-two buckets are exact: all of 10 and 11 holds of them. Only of numbers
  /// above 0, as the bucket of the others has no edge to interpolate from.
  package mutating func interpolatedQuery() -> RandomMetricsText {
    let (field, condition) = random.pick([
      ("duration", "duration > 0ns"), ("span:childCount", "span:childCount > 0"), (".b", ".b > 0"),
      ("traceDuration", "traceDuration > 0ns"),
    ])
    func pipeline(_ self: inout RandomQueries, _ groups: String) -> String {
      "{ \(condition) && (\(self.filter(depth: 0))) }"
        + " | quantile_over_time(\(field), \(self.ranks()))\(groups)"
    }
    let groups = groups()
    let first = pipeline(&self, groups)
    switch random.integer(0...2) {
    case 0: return RandomMetricsText(first + self.interpolatedStage()) + hints()
    case 1: return RandomMetricsText("(\(first)) * 1000\(interpolatedStage())")
    default:
      let op = random.pick(["+", "-", "*", "/"])
      let other = random.pick([
        pipeline(&self, groups), "\(observed()) | count_over_time()\(groups)",
        "\(observed()) | rate()",
      ])
      return RandomMetricsText("(\(first)) \(op) (\(other))")
    }
  }

  /// No interpolated value is any of these, so that the last digit does not matter.
  private mutating func interpolatedStage() -> String {
    switch random.integer(0...3) {
    case 0: " | topk(\(random.integer(1...3)))"
    case 1: " | bottomk(\(random.integer(1...3)))"
    case 2: " \(random.pick(["<", ">="])) \(random.pick(["0.0000000035", "2.3", "0.31"]))"
    default: ""
    }
  }
}
