import Storage
import TestSupport
import TraceQL

/// One question put to engine and oracle.
package struct SearchCase: Sendable {
  package var store: MemoryStore
  package var text: String

  /// What differs, or nil. A query that does not parse does not differ.
  package func difference() -> String? {
    let parsed = Query.parse(text)
    guard parsed.isValid, let query = parsed.query else { return nil }
    let expected = store.oracleLines(query)
    do {
      let actual = try store.engineLines(query)
      if actual == expected { return nil }
      let only = "engine only:\n" + actual.filter { !expected.contains($0) }.joined(separator: "\n")
      let missing = expected.filter { !actual.contains($0) }.joined(separator: "\n")
      return only + "\noracle only:\n" + missing
    } catch {
      return "engine fails: \(error)"
    }
  }

  /// Cases of one seed: some spans, and several queries about them.
  package static func cases(seed: UInt64, count: Int) -> [SearchCase] {
    var random = SplitMix(seed: seed)
    var traces = RandomTraces(seed: random.next())
    var cuts = RandomCuts(seed: random.next())
    var queries = RandomQueries(seed: random.next())
    let blockCount = random.pick([1, 1, 1, 2, 2, 3, 7])
    let blocks = cuts.blocks(
      traces.traces(random.pick([1, 2, 3, 4, 6, 12])), count: blockCount,
      copies: random.pick([0, 20, 100]))
    let store = MemoryStore(
      blocks: blocks, storing: blocks.map { _ in random.pick(MemoryUnit.Storing.allCases) },
      scope: random.chance(percent: 70) ? .whole : .fragment)
    var result: [SearchCase] = []
    while result.count < count {
      let text = queries.query()
      if Query.parse(text).isValid { result.append(SearchCase(store: store, text: text)) }
    }
    return result
  }
}
