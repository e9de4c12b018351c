import Engine
import Oracle
import TestSupport
import Testing

/// What must hold for any spans and any filters; a failure names its seed.
@Suite struct PropertyTests {
  /// Results name spans by ID and start.
  private struct Found: Hashable {
    var trace: [UInt8]
    var span: [UInt8]
    var start: UInt64
  }

  private func spans(_ query: String, _ unit: MemoryUnit) throws -> Set<Found> {
    let matches = try UnitQuery(query).matches(unit)
    return Set(
      matches.flatMap { match in
        match.spanSets.flatMap(\.spans).map {
          Found(trace: match.traceID, span: $0.spanID, start: $0.startNanoseconds)
        }
      })
  }

  private func unit(
    _ seed: UInt64, traces: Int = 16, storing: MemoryUnit.Storing = .probed
  ) -> MemoryUnit {
    var random = RandomTraces(seed: seed)
    return MemoryUnit(random.traces(traces), storing: storing)
  }

  /// Random filters may break type rules, and a field alone means more as an operand.
  private func valid(_ queries: inout RandomQueries) -> String {
    while true {
      let filter = queries.filter()
      if filter.contains(" "), (try? UnitQuery("{ \(filter) }")) != nil { return filter }
    }
  }

  private func validQuery(_ queries: inout RandomQueries) -> String {
    while true {
      let text = queries.query()
      if (try? UnitQuery(text)) != nil { return text }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func logicalOperatorsCommute(seed: UInt64) throws {
    let unit = unit(seed)
    var queries = RandomQueries(seed: seed)
    for _ in 0..<4 {
      let (a, b) = (valid(&queries), valid(&queries))
      for op in ["&&", "||"] {
        #expect(
          try spans("{ \(a) } \(op) { \(b) }", unit) == spans("{ \(b) } \(op) { \(a) }", unit),
          "seed \(seed): { \(a) } \(op) { \(b) }")
        #expect(
          try spans("{ (\(a)) \(op) (\(b)) }", unit) == spans("{ (\(b)) \(op) (\(a)) }", unit),
          "seed \(seed): { (\(a)) \(op) (\(b)) }")
      }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func conjunctsOnlyTakeAway(seed: UInt64) throws {
    let unit = unit(seed)
    var queries = RandomQueries(seed: seed)
    for _ in 0..<4 {
      let (a, b) = (valid(&queries), valid(&queries))
      let both = try spans("{ (\(a)) && (\(b)) }", unit)
      #expect(both.isSubset(of: try spans("{ \(a) }", unit)), "seed \(seed): { \(a) } && \(b)")
      let stages = try spans("{ \(a) } | { \(b) }", unit)
      #expect(both.isSubset(of: stages), "seed \(seed): { \(a) } | { \(b) }")
      let either = try spans("{ (\(a)) || (\(b)) }", unit)
      #expect(
        either == (try spans("{ \(a) }", unit)).union(try spans("{ \(b) }", unit)),
        "seed \(seed): { (\(a)) || (\(b)) }")
    }
  }

  /// Without events and links a span passes a filter or its negation, never both.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func negationComplements(seed: UInt64) throws {
    let unit = unit(seed)
    var queries = RandomQueries(seed: seed)
    let all = try spans("{}", unit)
    for _ in 0..<4 {
      let filter = valid(&queries)
      if filter.contains("event") || filter.contains("link") { continue }
      // A field that is no boolean passes neither.
      if !filter.contains(" ") { continue }
      let passing = try spans("{ \(filter) }", unit)
      let others = try spans("{ !(\(filter)) }", unit)
      #expect(passing.union(others) == all, "seed \(seed): { \(filter) }")
      // Spans that share ID and start cannot be told apart here.
      let spanCount = unit.traces.reduce(0) { $0 + $1.spans.count }
      if all.count == spanCount {
        #expect(passing.isDisjoint(with: others), "seed \(seed): { \(filter) }")
      }
    }
  }

  /// Every r of R is in a structural result or in its negation.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func negatedRelationsComplement(seed: UInt64) throws {
    let unit = unit(seed)
    var queries = RandomQueries(seed: seed)
    for relation in [">", ">>", "<", "<<", "~"] {
      let (a, b) = ("{ \(valid(&queries)) }", "{ \(valid(&queries)) }")
      let related = try spans("\(a) \(relation) \(b)", unit)
      let unrelated = try spans("\(a) !\(relation) \(b)", unit)
      let right = try spans(b, unit)
      #expect(related.union(unrelated) == right, "seed \(seed): \(a) \(relation) \(b)")
      let union = try spans("\(a) &\(relation) \(b)", unit)
      #expect(related.isSubset(of: union), "seed \(seed): \(a) &\(relation) \(b)")
      #expect(
        union.subtracting(related).isSubset(of: try spans(a, unit)),
        "seed \(seed): \(a) &\(relation) \(b)")
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func storingChangesNothing(seed: UInt64) throws {
    var queries = RandomQueries(seed: seed)
    for _ in 0..<4 {
      let text = validQuery(&queries)
      let query = try UnitQuery(text)
      let expected = try query.matches(unit(seed, storing: .lists))
      for storing in [MemoryUnit.Storing.probed, .columns] {
        let actual = try query.matches(unit(seed, storing: storing))
        #expect(normal(actual) == normal(expected), "seed \(seed), \(storing): \(text)")
      }
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func tracesAreIndependent(seed: UInt64) throws {
    let whole = unit(seed, traces: 200)
    var queries = RandomQueries(seed: seed)
    for _ in 0..<3 {
      let text = validQuery(&queries)
      let query = try UnitQuery(text)
      let together = try query.matches(whole)
      var alone: [TraceMatch] = []
      for trace in whole.traces {
        alone += try query.matches(MemoryUnit([trace], storing: .probed))
      }
      #expect(normal(together) == normal(alone), "seed \(seed): \(text)")
    }
  }

  /// Without the orders that the language leaves open.
  private func normal(_ matches: [TraceMatch]) -> [TraceMatch] {
    matches.map { match in
      var match = match
      for i in match.spanSets.indices {
        match.spanSets[i].spans.sort { Self.key($0) < Self.key($1) }
      }
      match.spanSets.sort { Self.key($0) < Self.key($1) }
      return match
    }.sorted { $0.traceID.lexicographicallyPrecedes($1.traceID) }
  }

  private static func key(_ span: SpanMatch) -> String { "\(span)" }
  private static func key(_ set: SpanSetMatch) -> String { "\(set)" }
}
