import TestSupport

/// Small random traces with few names and values, so that filters and relations often hold.
struct RandomTraces {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func traces(_ count: Int) -> [StoredTrace] { (0..<count).map { trace($0) } }

  private mutating func trace(_ number: Int) -> StoredTrace {
    var id = random.bytes(count: 16)
    id[0] = UInt8(truncatingIfNeeded: number)
    var trace = StoredTrace(label: "t\(number)", id: id)
    var ids: [[UInt8]] = []
    for _ in 0..<random.integer(1...3) {
      var batch = StoredTrace.Batch()
      batch.resource = attributes(["r", "a", "service.name"])
      batch.scope.name = random.pick(["", "lib"])
      for _ in 0..<random.integer(1...4) {
        batch.spans.append(span(ids))
        ids.append(batch.spans[batch.spans.count - 1].id)
      }
      trace.batches.append(batch)
    }
    return trace
  }

  /// A child of one of `others`, a root, or an orphan; now and then with the ID of another span.
  private mutating func span(_ others: [[UInt8]]) -> StoredSpan {
    var id = random.bytes(count: 8)
    if let same = others.last, random.chance(percent: 4) { id = same }
    var parentID: [UInt8] = []
    if !others.isEmpty && random.chance(percent: 85) { parentID = random.pick(others) }
    if random.chance(percent: 7) { parentID = random.bytes(count: 8) }
    let name = random.pick(["a", "b", "c"])
    var span = StoredSpan(
      label: name, name: name, id: id, parentID: parentID,
      start: SpanNotation.epoch + Int64(random.integer(0...50)),
      duration: Int64(random.integer(0...5)))
    span.kind = Int64(random.integer(0...3))
    span.status = Int64(random.integer(0...2))
    span.attributes = attributes(["a", "b", "c"])
    for _ in 0..<max(0, random.integer(-2...2)) {
      span.events.append(
        StoredEvent(
          name: random.pick(["e", "f"]), time: Int64(random.integer(-1...2)),
          attributes: attributes(["k", "l"])))
    }
    for _ in 0..<max(0, random.integer(-3...2)) {
      span.links.append(
        StoredLink(
          traceID: random.bytes(count: 16), spanID: random.bytes(count: 8),
          attributes: attributes(["k"])))
    }
    return span
  }

  private mutating func attributes(_ keys: [String]) -> [StoredAttribute] {
    keys.compactMap { key in
      random.chance(percent: 60) ? StoredAttribute(key: key, elements: elements()) : nil
    }
  }

  private mutating func elements() -> [StoredAttribute.Element] {
    let count = random.pick([0, 1, 1, 1, 1, 1, 1, 2, 3])
    let type = random.integer(0...5)
    return (0..<count).map { _ in
      switch type {
      case 0, 1: .int(Int64(random.integer(0...2)))
      case 2: .double(Double(random.integer(0...4)) / 2)
      case 3: .bool(random.chance(percent: 50))
      default: .text(random.pick(["x", "y", "z"]))
      }
    }
  }
}

/// Random filters and pipelines over what `RandomTraces` makes.
struct RandomQueries {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  /// The inside of `{ }`.
  mutating func filter(depth: Int = 2) -> String {
    if depth == 0 || random.chance(percent: 40) { return leaf() }
    switch random.integer(0...4) {
    case 0: return "!(\(filter(depth: depth - 1)))"
    case 1, 2: return "(\(filter(depth: depth - 1))) || (\(filter(depth: depth - 1)))"
    default: return "(\(filter(depth: depth - 1))) && (\(filter(depth: depth - 1)))"
    }
  }

  private mutating func leaf() -> String {
    switch random.integer(0...9) {
    case 0:
      // `resource.service.name = nil` is an error: it is never nil.
      let field = attribute()
      let op = field == "resource.service.name" ? "!=" : random.pick(["=", "!="])
      return "\(field) \(op) nil"
    case 1: return "\(attribute()) \(comparison()) \(attribute())"
    case 2: return "\(attribute()) + \(random.integer(0...2)) \(comparison()) \(attribute())"
    case 3: return "\(attribute()) \(random.pick(["=~", "!~"])) \"[xy]\""
    case 4: return intrinsic()
    case 5: return "\(number()) \(comparison()) \(attribute())"
    case 6: return "\(attribute()) = \(random.pick(["true", "false"]))"
    case 7: return "\(attribute()) \(comparison()) \"\(random.pick(["x", "y"]))\""
    default: return "\(attribute()) \(comparison()) \(number())"
    }
  }

  private mutating func intrinsic() -> String {
    random.pick([
      "name = \"a\"", "name != \"b\"", "status = error", "kind != server", "duration > 2ns",
      "event:name = \"e\"", "event:timeSinceStart > 0s", "parent != nil", "rootName = \"a\"",
      "span:childCount > 0", "nestedSetParent = -1", "traceDuration > 30ns", "true", "false",
      "instrumentation:name = \"lib\"", "parent.name = \"a\"", "link:spanID != \"1\"",
      "span:id = span:parentID", "resource.service.name = \"\"",
    ])
  }

  mutating func attribute() -> String {
    random.pick([
      ".a", ".b", "span.a", "span.c", "resource.a", "resource.r", ".r", "event.k", "event.l",
      "link.k", "parent.a", "parent.span.b", "parent.resource.r", ".service.name",
      "resource.service.name",
    ])
  }

  private mutating func comparison() -> String {
    random.pick(["=", "=", "!=", "<", "<=", ">", ">="])
  }

  private mutating func number() -> String { random.pick(["0", "1", "2", "0.5", "1.0", "1ns"]) }

  mutating func structural() -> String {
    random.pick([
      ">", ">>", "<", "<<", "~", "!>", "!>>", "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<", "&~",
    ])
  }

  /// A whole query: filters, operators, stages.
  mutating func query() -> String {
    var text = "{ \(filter()) }"
    if random.chance(percent: 50) {
      let op = random.chance(percent: 40) ? random.pick(["&&", "||"]) : structural()
      text += " \(op) { \(filter()) }"
    }
    for _ in 0..<max(0, random.integer(-2...2)) { text += " | " + stage() }
    return text
  }

  private mutating func stage() -> String {
    switch random.integer(0...7) {
    case 0: return "count() > \(random.integer(0...2))"
    case 1: return "\(random.pick(["sum", "min", "max", "avg"]))(\(attribute())) \(comparison()) 1"
    case 2, 3: return "by(\(attribute()))"
    case 4: return "coalesce()"
    case 5: return "select(\(attribute()))"
    case 6: return "{ \(filter(depth: 1)) } \(structural()) {}"
    default: return "{ \(filter(depth: 1)) }"
    }
  }
}
