import Storage
import TestSupport
import TraceQL

/// What must hold for any spans and any query, whatever the right answer is.
package enum Law: String, CaseIterable, Sendable {
  /// The same spans in any number of blocks, in any order.
  case cuts
  /// Every block twice.
  case replicas
  /// All traces in one batch, or each alone.
  case batches
  /// Attributes in lists or in columns, with probes and without.
  case storing
  /// `{A} && {B}` matches the traces that `{B} && {A}` does.
  case operands
  /// `{A && B}` finds no span that `{A}` does not.
  case conjuncts
  /// A query and its canonical print.
  case printing
  /// `limit n` is a prefix of `limit m`.
  case limits
}

/// A law, spans and queries for which it is to hold.
package struct LawCase {
  package let law: Law
  private var random: SplitMix
  private let traces: [StoredTrace]
  private var queries: RandomQueries

  package init(seed: UInt64) {
    random = SplitMix(seed: seed)
    law = random.pick(Law.allCases)
    var traces = RandomTraces(seed: random.next())
    traces.isTame = true
    let count = random.integer(1...5)
    // What the law of cuts does not promise (architecture.md 4): copies of a span that differ; and
    // which of several roots names a trace, unless blocks store its spans in order.
    let isCut = law == .cuts || law == .replicas
    let isInOrder = random.chance(percent: 50)
    self.traces = traces.traces(count).map { isCut ? isInOrder ? $0.inOrder : $0.plain : $0 }
    queries = RandomQueries(seed: random.next())
  }

  /// What is broken, with what it takes to see it again; nil: the law holds.
  package mutating func failure() -> String? {
    do {
      switch law {
      case .cuts: return try cuts()
      case .replicas: return try same(traces: replicated(), query())
      case .batches: return try same(traces: traces.map { [$0] }, query())
      case .storing: return try storing()
      case .operands: return try operands()
      case .conjuncts: return try conjuncts()
      case .printing: return try printing()
      case .limits: return try limits()
      }
    } catch {
      return "fails: \(error)"
    }
  }

  // MARK: Parts

  private mutating func query() -> String {
    while true {
      let text = queries.query()
      // Tree numbers depend on the order in which a block stores its spans.
      if Query.parse(text).isValid && !text.contains("nestedSet") { return text }
    }
  }

  private func lines(
    _ blocks: [[StoredTrace]], _ text: String, storing: [MemoryUnit.Storing] = [], limit: Int = 0
  ) throws -> [String] {
    guard let query = Query.parse(text).query else { return ["no query: \(text)"] }
    return try MemoryStore(blocks: blocks, storing: storing).engineLines(query, limit: limit)
  }

  private func same(traces blocks: [[StoredTrace]], _ text: String) throws -> String? {
    compare(try lines([traces], text), try lines(blocks, text), text)
  }

  private func compare(_ one: [String], _ other: [String], _ text: String) -> String? {
    if one == other { return nil }
    let spans = traces.map(\.notation).joined(separator: "\n")
    return """
      \(spans)
      query
        \(text)
      one: \(one.filter { !other.contains($0) })
      other: \(other.filter { !one.contains($0) })
      """
  }

  // MARK: Laws

  private mutating func cuts() throws -> String? {
    var cutter = RandomCuts(seed: random.next())
    let copies = random.pick([0, 0, 25])
    let blocks = cutter.blocks(traces, count: random.pick([2, 3, 7]), copies: copies)
    return try same(traces: blocks.shuffled(using: &random), query())
  }

  private mutating func replicated() -> [[StoredTrace]] {
    var cutter = RandomCuts(seed: random.next())
    let blocks = cutter.blocks(traces, count: random.pick([1, 2]), copies: 0)
    return (blocks + blocks).shuffled(using: &random)
  }

  private mutating func storing() throws -> String? {
    let text = query()
    let answers = try MemoryUnit.Storing.allCases.map { try lines([traces], text, storing: [$0]) }
    return answers.dropFirst().compactMap { compare(answers[0], $0, text) }.first
  }

  private func traceIDs(_ text: String) throws -> [String] {
    try lines([traces], text).map { String($0.prefix(32)) }.sorted()
  }

  /// IDs and times of the spans listed, of all traces.
  private func spans(_ text: String) throws -> Set<String> {
    let lines = try lines([traces], text + " | select(name)").flatMap { line in
      let rows = line.split(separator: "\n")
      return rows.filter { $0.hasPrefix("    ") }.map { row in
        String(rows[0].prefix(32)) + row.split(separator: " ").prefix(4).joined(separator: " ")
      }
    }
    return Set(lines)
  }

  private mutating func operands() throws -> String? {
    let (a, b) = ("{ \(queries.filter()) }", "{ \(queries.filter()) }")
    let (one, other) = ("\(a) && \(b)", "\(b) && \(a)")
    guard Query.parse(one).isValid, Query.parse(other).isValid else { return nil }
    return compare(try traceIDs(one), try traceIDs(other), one)
  }

  private mutating func conjuncts() throws -> String? {
    let (a, b) = (queries.filter(), queries.filter())
    let both = "{ (\(a)) && (\(b)) }"
    guard Query.parse(both).isValid, Query.parse("{ \(a) }").isValid else { return nil }
    // A field that stands for itself means more as an operand: an array with a true element.
    guard a.contains(" ") else { return nil }
    let added = try spans(both).subtracting(spans("{ \(a) }"))
    return added.isEmpty ? nil : compare([], added.sorted(), both)
  }

  private mutating func printing() throws -> String? {
    let text = query()
    guard let query = Query.parse(text).query else { return nil }
    return compare(try lines([traces], text), try lines([traces], "\(query)"), text)
  }

  private mutating func limits() throws -> String? {
    let text = query()
    let all = try lines([traces], text)
    for limit in 1...max(1, all.count) {
      let some = try lines([traces], text, limit: limit)
      if let fault = compare(Array(all.prefix(limit)), some, text) { return fault }
    }
    return nil
  }
}

extension StoredTrace {
  /// With spans in order and of one resource, each ID and kind once: as our own blocks have them.
  /// No name is empty, which would be that of no root.
  var inOrder: StoredTrace {
    var result = self
    var batch = batches[0]
    if batch.serviceName.isEmpty {
      batch.resource.removeAll { $0.key == "service.name" }
      batch.resource.append(StoredAttribute(key: "service.name", elements: [.text("x")]))
    }
    var seen: Set<String> = []
    batch.spans = spans.filter { seen.insert("\($0.id) \($0.kind)").inserted }
      .sorted { a, b in
        (a.start, HexID.digits(a.id), a.kind) < (b.start, HexID.digits(b.id), b.kind)
      }
    for span in batch.spans.indices where batch.spans[span].name.isEmpty {
      batch.spans[span].name = "z"
    }
    result.batches = [batch]
    return result
  }

  /// Without a second root, and without a second span of the same ID and kind.
  var plain: StoredTrace {
    struct Key: Hashable {
      var id: [UInt8]
      var kind: Int64
    }
    var seen: Set<Key> = []
    var hasRoot = false
    return keeping { span in
      if span.parentID.isEmpty {
        if hasRoot { return false }
        hasRoot = true
      }
      return seen.insert(Key(id: span.id, kind: span.kind)).inserted
    }
  }
}
