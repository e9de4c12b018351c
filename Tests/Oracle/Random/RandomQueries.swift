package import TestSupport

/// Random queries over what `RandomTraces` makes, weighted to structure, arrays, nil, events,
/// links, mixed types and the forms that go beyond Tempo.
///
/// Not every text is a valid query: callers parse it and ask again.
package struct RandomQueries {
  package var random: SplitMix

  package init(seed: UInt64) { random = SplitMix(seed: seed) }

  // MARK: Fields

  package mutating func attribute() -> String {
    random.pick([
      ".a", ".b", ".c", ".i", ".s", ".arr", "span.a", "span.c", "span.i", "span.arr", "resource.a",
      "resource.r", "resource.arr", ".r", "event.k", "event.l", "event.a", "link.k", "link.w",
      "instrumentation.a", "instrumentation.k", "parent.a", "parent.span.b", "parent.resource.r",
      "parent.arr", ".service.name", "resource.service.name", "span.service.name",
      "parent.resource.service.name", "span.name", ".duration", ".kind", "service.name", ".none",
      "span.none", "event.none",
    ])
  }

  private mutating func numericIntrinsic() -> String {
    random.pick([
      "duration", "duration", "traceDuration", "span:childCount", "nestedSetLeft", "nestedSetRight",
      "nestedSetParent", "event:timeSinceStart", "parent.duration",
    ])
  }

  private mutating func textIntrinsic() -> String {
    random.pick([
      "name", "name", "statusMessage", "rootName", "rootServiceName", "event:name",
      "instrumentation:name", "instrumentation:version", "parent.name", "span:id",
      "span:parentID", "trace:id", "link:traceID", "link:spanID",
    ])
  }

  package mutating func field() -> String {
    switch random.integer(0...9) {
    case 0: numericIntrinsic()
    case 1: textIntrinsic()
    case 2: random.pick(["status", "kind"])
    default: attribute()
    }
  }

  // MARK: Literals

  private mutating func number() -> String {
    random.pick([
      "0", "1", "1", "2", "3", "-1", "0.5", "1.0", "1.5", "2.0", "-0.5", "1ns", "2ns", "5ns", "1s",
      "1ms", "1e3", "maxInt", "minInt", "9007199254740993", "0.0", "30ns",
    ])
  }

  private mutating func text() -> String {
    random.pick([
      "\"x\"", "\"y\"", "\"xy\"", "\"\"", "\"a\"", "\"b\"", "\"ä\"", "\"1\"", "\"e\"", "\"lib\"",
      "\"true\"", "`a b`", "\"api\"", "\"0000000000000000\"", "\"1.2\"",
    ])
  }

  private mutating func pattern() -> String {
    random.pick([
      "\"x.*\"", "\"[xy]\"", "\"x|y\"", "\".*\"", "\"(?i)X\"", "\"\"", "\"^x$\"", "\"x?y+\"",
      "\".+\"", "\"[^x]\"", "\"a b|ä\"", "\"x\"", "\".*y\"", "\"0+.*\"",
    ])
  }

  private mutating func literal() -> String {
    switch random.integer(0...9) {
    case 0...4: number()
    case 5...7: text()
    case 8: random.pick(["true", "false"])
    default: random.pick(["ok", "error", "server", "client"])
    }
  }

  private mutating func comparison() -> String {
    random.pick(["=", "=", "!=", "!=", "<", "<=", ">", ">="])
  }

  // MARK: Filters

  /// The inside of `{ }`.
  package mutating func filter(depth: Int = 2) -> String {
    if depth == 0 || random.chance(percent: 40) { return leaf() }
    switch random.integer(0...6) {
    case 0: return "!(\(filter(depth: depth - 1)))"
    case 1, 2: return "(\(filter(depth: depth - 1))) || (\(filter(depth: depth - 1)))"
    case 3:
      let op = random.pick(["=", "!="])
      return "(\(filter(depth: depth - 1))) \(op) \(random.pick(["true", "false"]))"
    default: return "(\(filter(depth: depth - 1))) && (\(filter(depth: depth - 1)))"
    }
  }

  private mutating func leaf() -> String {
    switch random.integer(0...19) {
    case 0, 1: return "\(attribute()) \(random.pick(["=", "!="])) nil"
    case 2: return "\(field()) \(comparison()) \(field())"
    case 3: return "\(sum()) \(comparison()) \(sum())"
    case 4, 5:
      let field = random.chance(percent: 30) ? textIntrinsic() : attribute()
      return "\(field) \(random.pick(["=~", "!~"])) \(pattern())"
    case 6: return "\(numericIntrinsic()) \(comparison()) \(number())"
    case 7: return "\(textIntrinsic()) \(comparison()) \(text())"
    case 8: return "\(literal()) \(comparison()) \(attribute())"
    case 9: return "\(attribute()) = \(random.pick(["true", "false"]))"
    case 10: return random.pick(["status", "kind", ".a", ".c"]) + code()
    case 11: return random.pick([attribute(), "!\(attribute())"])
    case 12: return random.pick(["parent = nil", "parent != nil", "true", "false", "1 = 1"])
    case 13:
      let field = attribute()
      return "\(field) = \(text()) || \(field) = \(text())"
    case 14:
      let field = attribute()
      return "\(field) != \(text()) && \(field) != \(text())"
    case 15: return "\(sum()) \(random.pick(["=", "!="])) nil"
    case 16 where random.chance(percent: 30):
      return "\(random.pick(["span:id", "span:parentID"])) \(comparison()) .hex"
    case 16: return "event:name = \(text()) && event.k \(comparison()) \(literal())"
    default: return "\(attribute()) \(comparison()) \(literal())"
    }
  }

  private mutating func code() -> String {
    let op = random.pick(["=", "!="])
    return " \(op) "
      + random.pick(["ok", "error", "unset", "unspecified", "internal", "server", "client"])
  }

  private mutating func operand() -> String {
    switch random.integer(0...5) {
    case 0: numericIntrinsic()
    case 1: number()
    default: attribute()
    }
  }

  private mutating func sum() -> String {
    switch random.integer(0...6) {
    case 0: return "-\(operand())"
    case 1: return operand()
    case 2: return "(\(operand()) + \(operand())) * \(operand())"
    default:
      return "\(operand()) \(random.pick(["+", "-", "*", "/", "%", "^"])) \(operand())"
    }
  }

  // MARK: Spansets

  package mutating func structural() -> String {
    random.pick([
      ">", ">>", "<", "<<", "~", "!>", "!>>", "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<", "&~",
    ])
  }

  package mutating func spanset(depth: Int = 2) -> String {
    if depth == 0 || random.chance(percent: 35) {
      return random.chance(percent: 12) ? "{}" : "{ \(filter(depth: random.integer(0...2))) }"
    }
    if random.chance(percent: 8) { return "(\(pipeline(stages: 1...2)))" }
    let op = random.chance(percent: 35) ? random.pick(["&&", "||"]) : structural()
    return "(\(spanset(depth: depth - 1))) \(op) (\(spanset(depth: depth - 1)))"
  }

  // MARK: Stages

  /// A whole query: filters, operators, stages.
  package mutating func query() -> String {
    let text: String
    switch random.integer(0...19) {
    case 0: text = "\(first()) | \(stage())"
    case 1: text = wrappedFilter()
    case 2: text = "\(pipeline(stages: 0...2)) | \(aggregate())"
    case 3: text = "\(spanset(depth: 1)) | \(filter(depth: 0))"
    default: text = pipeline(stages: 0...3)
    }
    return random.chance(percent: 3) ? text + " with (most_recent=true)" : text
  }

  private mutating func pipeline(stages: ClosedRange<Int>) -> String {
    var text = spanset()
    let extra = random.integer(stages) - (random.chance(percent: 40) ? 1 : 0)
    for _ in 0..<max(stages.lowerBound, extra) { text += " | " + stage() }
    return text
  }

  private mutating func first() -> String {
    random.pick(["by(\(field()))", "select(\(field()))", "count() > 0", "{}"])
  }

  package mutating func aggregate() -> String {
    switch random.integer(0...9) {
    case 0...2: return "count()"
    case 3: return "quantile(\(operand()), \(random.pick(["0", "0.5", "0.9", "1"])))"
    default:
      let operand = random.chance(percent: 25) ? sum() : self.operand()
      return "\(random.pick(["sum", "min", "max", "avg"]))(\(operand))"
    }
  }

  private mutating func stage() -> String {
    switch random.integer(0...15) {
    case 0, 1: return "count() \(comparison()) \(random.integer(0...3))"
    case 2, 3: return "\(aggregate()) \(comparison()) \(number())"
    case 4: return "\(scalar()) \(comparison()) \(scalar())"
    case 5, 6, 7: return "by(\(field()))"
    case 8: return "by(\(random.pick([sum(), filter(depth: 0)])))"
    case 9: return "by(\(field()), \(field()))"
    case 10: return "coalesce()"
    case 11: return "select(\(field()), \(field()))"
    case 12: return spanset(depth: 1)
    default: return "{ \(filter(depth: 1)) }"
    }
  }

  private mutating func scalar() -> String {
    switch random.integer(0...3) {
    case 0: return number()
    case 1: return aggregate()
    default:
      let op = random.pick(["+", "-", "*", "/", "%", "^"])
      return "\(aggregate()) \(op) \(random.pick([aggregate(), number()]))"
    }
  }

  /// Comparisons of wrapped pipelines.
  private mutating func wrappedFilter() -> String {
    func side(_ self: inout RandomQueries) -> String {
      "(\(self.pipeline(stages: 0...1)) | \(self.aggregate()))"
    }
    let left = side(&self)
    let right: String
    switch random.integer(0...3) {
    case 0: right = number()
    case 1: right = side(&self) + random.pick([" + 1", " * 2", " - 1"])
    default: right = side(&self)
    }
    return "\(left) \(comparison()) \(right)"
  }
}
