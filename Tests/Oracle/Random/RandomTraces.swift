package import TestSupport

/// Small random traces with few names and values, so that filters and relations often hold, and
/// with everything odd that real data has: orphans, cycles, several roots or none, IDs used twice
/// or three times, keys used twice, empty and extreme values, unknown codes.
package struct RandomTraces {
  package var random: SplitMix
  /// Without extreme numbers, NaN and unknown codes: where sums must not depend on their order.
  package var isTame = false

  package init(seed: UInt64) { random = SplitMix(seed: seed) }

  package mutating func traces(_ count: Int) -> [StoredTrace] { (0..<count).map { trace($0) } }

  package mutating func trace(_ number: Int) -> StoredTrace {
    var id = random.bytes(count: 16)
    id[0] = UInt8(truncatingIfNeeded: number)
    if random.chance(percent: 10) { id.replaceSubrange(1...7, with: [0, 0, 0, 0, 0, 0, 0]) }
    var trace = StoredTrace(label: "t\(number)", id: id)
    let hasRoot = random.chance(percent: 93)
    var made: [[UInt8]] = []
    for _ in 0..<random.integer(1...3) {
      var batch = StoredTrace.Batch()
      batch.resource = attributes(["r", "a", "arr", "service.name"])
      if random.chance(percent: 70) {
        batch.resource.removeAll { $0.key == "service.name" }
        let name = random.pick(["x", "y", "api", ""])
        batch.resource.append(StoredAttribute(key: "service.name", elements: [.text(name)]))
      }
      batch.scope.name = random.pick(["", "lib", "x"])
      batch.scope.version = random.pick(["", "1.2"])
      batch.scope.attributes = attributes(["a", "k"], percent: 30)
      for _ in 0..<random.pick([1, 1, 2, 2, 3, 4, 6]) {
        let label = "s\(made.count)"
        batch.spans.append(span(label, trace.id, made, hasRoot: hasRoot))
        made.append(batch.spans[batch.spans.count - 1].id)
      }
      trace.batches.append(batch)
    }
    if random.chance(percent: 12) { tie(&trace, made) }
    return trace
  }

  // MARK: Spans

  /// Sampling thresholds, usable and not.
  private static let traceStates = [
    "", "", "", "ot=th:8", "ot=th:c", "ot=th:0", "a=b,ot=p:1;th:8", "ot=th:4", "ot=th:", "ot=th:xy",
    "ot2=th:8", "ot=rv:80000000000000,ot=th:8", "a=b", "ot=th:fd70a4",
  ]

  private mutating func span(
    _ label: String, _ trace: [UInt8], _ others: [[UInt8]], hasRoot: Bool
  ) -> StoredSpan {
    var id = random.bytes(count: 8)
    if random.chance(percent: 10) { id[0] = 0 }
    var isCopy = false
    if let same = others.last, random.chance(percent: 7) {
      id = same
      isCopy = true
    }
    var parentID: [UInt8] = []
    if !others.isEmpty && random.chance(percent: 85) { parentID = random.pick(others) }
    if random.chance(percent: 6) || (parentID.isEmpty && !hasRoot) {
      parentID = random.bytes(count: 8)
    }
    var span = StoredSpan(
      label: label, name: random.pick(["a", "b", "c", "a b", "ä", ""]), id: id,
      parentID: parentID, start: SpanNotation.epoch + Int64(random.integer(0...50)),
      duration: duration())
    // The two halves of a span that share its ID differ in kind.
    span.kind = isCopy ? random.pick([2, 3]) : Int64(random.integer(0...5))
    span.status = Int64(random.integer(0...2))
    if !isTame && random.chance(percent: 2) { span.kind = 9 }
    if !isTame && random.chance(percent: 2) { span.status = 7 }
    span.statusMessage = random.pick(["", "", "m", "x"])
    span.traceState = random.pick(Self.traceStates)
    span.attributes = attributes(["a", "b", "c", "i", "s", "arr"])
    if random.chance(percent: 8) {
      let text = HexID.digits(random.chance(percent: 50) ? id : parentID)
      let hex = random.pick([text, text.uppercased(), "00" + text, String(text.drop { $0 == "0" })])
      span.attributes.append(StoredAttribute(key: "hex", elements: [.text(hex)]))
    }
    span.attributes += attributes(["name", "duration", "kind", "service.name"], percent: 8)
    for _ in 0..<max(0, random.integer(-2...3)) {
      span.events.append(
        StoredEvent(
          name: random.pick(["e", "f", "x", ""]), time: Int64(random.integer(-2...3)),
          attributes: attributes(["k", "l", "a"])))
    }
    for _ in 0..<max(0, random.integer(-3...2)) { span.links.append(link(trace, others)) }
    return span
  }

  private mutating func duration() -> Int64 {
    if isTame { return Int64(random.integer(0...5)) }
    return random.pick([0, 1, 2, 3, 4, 5, 5, 1_000_000, 1_500_000_000, 3_600_000_000_000])
  }

  private mutating func link(_ trace: [UInt8], _ others: [[UInt8]]) -> StoredLink {
    var link = StoredLink(
      traceID: random.bytes(count: 16), spanID: random.bytes(count: 8),
      attributes: attributes(["k", "w"]))
    if let other = others.last, random.chance(percent: 30) {
      link.traceID = trace
      link.spanID = other
    }
    if random.chance(percent: 5) { link.spanID = [] }
    if random.chance(percent: 5) {
      link.attributes.append(
        StoredAttribute(key: "opentracing.ref_type", elements: [.text("child_of")]))
    }
    return link
  }

  /// A cycle, a span that is its own parent, or a third span with one ID.
  private mutating func tie(_ trace: inout StoredTrace, _ ids: [[UInt8]]) {
    let batch = random.integer(0...trace.batches.count - 1)
    let span = random.integer(0...trace.batches[batch].spans.count - 1)
    switch random.integer(0...3) {
    case 0: trace.batches[batch].spans[span].parentID = ids[ids.count - 1]
    case 1: trace.batches[batch].spans[span].parentID = trace.batches[batch].spans[span].id
    case 2:
      for _ in 0..<2 {
        var copy = trace.batches[batch].spans[span]
        copy.label += "'"
        copy.kind = (copy.kind + 1) % 6
        trace.batches[batch].spans.append(copy)
      }
    default: trace.batches[batch].spans[span].parentID = [0, 0, 0, 0, 0, 0, 0, 0]
    }
  }

  // MARK: Attributes

  private mutating func attributes(_ keys: [String], percent: Int = 55) -> [StoredAttribute] {
    var result = keys.compactMap { key in
      random.chance(percent: percent) ? StoredAttribute(key: key, elements: elements()) : nil
    }
    if !result.isEmpty && random.chance(percent: 3) {
      result.append(StoredAttribute(key: result[0].key, elements: elements()))
    }
    return result
  }

  private mutating func elements() -> [StoredAttribute.Element] {
    let count = random.pick([0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3])
    let type = random.integer(0...6)
    return (0..<count).map { _ in
      switch type {
      case 0, 1: .int(integer())
      case 2, 3: .double(double())
      case 4: .bool(random.chance(percent: 50))
      default: .text(random.pick(["x", "y", "z", "xy", "", "1", "ä", "true", "X"]))
      }
    }
  }

  private mutating func integer() -> Int64 {
    if !isTame && random.chance(percent: 4) {
      return random.pick([.min, .max, 9_007_199_254_740_993, -9_007_199_254_740_993, 1 << 40])
    }
    return Int64(random.integer(-1...3))
  }

  private mutating func double() -> Double {
    if !isTame && random.chance(percent: 6) {
      return random.pick([.nan, .infinity, -.infinity, -0.0, 1e300, 1e-300, 9_007_199_254_740_992])
    }
    return Double(random.integer(-2...6)) / 2
  }
}
