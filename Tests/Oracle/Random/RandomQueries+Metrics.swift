import TestSupport

/// Random metrics queries.
extension RandomQueries {
  /// Fields without braces or blanks: arguments and keys are plain.
  private mutating func plainField() -> String {
    random.pick([
      ".a", ".b", ".c", ".i", ".s", "span.a", "span.arr", "resource.a", "resource.r", ".arr",
      "event.k", "event.a", "link.w", "instrumentation.a", "parent.a", "resource.service.name",
      ".service.name", "name", "status", "kind", "statusMessage", "span:childCount", "event:name",
      "rootName", ".none",
    ])
  }

  private mutating func argument() -> String {
    random.pick([
      "duration", "duration", ".a", ".b", ".i", "span.c", "resource.a", "event.k",
      "event:timeSinceStart", "traceDuration", "span:childCount", ".k", "link.w", ".none",
    ])
  }

  private mutating func groups() -> String {
    let count = random.pick([0, 0, 1, 1, 1, 2, 3])
    if count == 0 { return "" }
    return " by(" + (0..<count).map { _ in plainField() }.joined(separator: ", ") + ")"
  }

  /// Functions whose samples are exact.
  private mutating func exactFunction() -> String {
    switch random.integer(0...7) {
    case 0, 1: "rate()"
    case 2, 3: "count_over_time()"
    default:
      "\(random.pick(["min", "max", "sum", "avg"]))_over_time(\(argument()))"
    }
  }

  private mutating func secondStage() -> String {
    switch random.integer(0...5) {
    case 0: " | topk(\(random.integer(1...3)))"
    case 1: " | bottomk(\(random.integer(1...3)))"
    case 2:
      " \(random.pick(["=", "!=", "<", "<=", ">", ">="]))"
        + " \(random.pick(["0", "1", "2", "1.5", "2ns"]))"
    default: ""
    }
  }

  /// The part in front of the function.
  package mutating func observed() -> String {
    switch random.integer(0...5) {
    case 0: "{}"
    case 1: "\(spanset(depth: 1)) | count() > \(random.integer(0...2))"
    case 2: "\(spanset(depth: 1))"
    default: "{ \(filter(depth: 1)) }"
    }
  }

  /// Grouped or not, but without second stages.
  package mutating func countPipeline() -> (spans: String, groups: String) {
    (observed(), groups())
  }

  package mutating func metricsQuery() -> String {
    switch random.integer(0...9) {
    case 0: return "\(observed()) | histogram_over_time(\(argument()))\(groups())"
    case 1, 2:
      let ranks = random.pick(["0.5", "0.9, 0.99", "0, 1", ".5, .5"])
      return "\(observed()) | quantile_over_time(\(argument()), \(ranks))\(groups())"
    case 3, 4:
      let op = random.pick(["+", "-", "*", "/"])
      let groups = groups()
      let left = "(\(observed()) | \(exactFunction())\(groups)\(secondStage()))"
      let other = random.chance(percent: 60) ? groups : self.groups()
      let right =
        random.chance(percent: 25)
        ? random.pick(["2", "0", "0.5"]) : "(\(observed()) | \(exactFunction())\(other))"
      return "\(left) \(op) \(right)\(secondStage())"
    default: return "\(observed()) | \(exactFunction())\(groups())\(secondStage())"
    }
  }
}
