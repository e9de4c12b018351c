import OTLP
import Testing

@Suite("Putting the parts of a trace together")
struct TraceMergeTests {
  private func span(
    _ id: UInt8, kind: Int32 = 1, name: String = "", start: UInt64 = 0, parent: [UInt8] = []
  ) -> Span {
    var span = Span(traceID: Array(repeating: 7, count: 16), spanID: [0, 0, 0, 0, 0, 0, 9, id])
    span.kind = kind
    span.name = name
    span.startNanoseconds = start
    span.parentSpanID = parent
    return span
  }

  private func trace(_ scopes: [[Span]]...) -> Trace {
    Trace(
      resourceSpans: scopes.map { spans in
        ResourceSpans(scopeSpans: spans.map { ScopeSpans(spans: $0) })
      })
  }

  private func names(_ trace: Trace) -> [[[String]]] {
    trace.resourceSpans.map { $0.scopeSpans.map { $0.spans.map(\.name) } }
  }

  @Test("of equal spans the first part's stays; kind tells spans with one ID apart")
  func duplicates() {
    let merged = Trace.merging([
      trace([[span(1, name: "first", start: 5)]]),
      trace([[span(1, name: "again", start: 1), span(1, kind: 2, name: "server", start: 9)]]),
      trace([[span(1, kind: 2, name: "server again")], [span(2, name: "late", start: 7)]]),
    ])
    #expect(names(merged) == [[["first"]], [["late"]], [["server"]]])
  }

  @Test("duplicates inside one part stay, and one part keeps its order")
  func onePart() {
    let part = trace([[span(2, name: "b", start: 9), span(1, name: "a"), span(1, name: "a")]])
    #expect(Trace.merging([part]) == part)
    #expect(names(Trace.merging([part, part])) == [[["a", "a", "b"]]])
  }

  @Test("spans, scopes, resources, events and links are sorted")
  func order() {
    var one = span(2, name: "b", start: 3)
    one.events = [
      Event(timeNanoseconds: 2, name: "x"), Event(timeNanoseconds: 1, name: "z"),
      Event(timeNanoseconds: 1, name: "y"),
    ]
    one.links = [
      Link(traceID: [2], spanID: [1]), Link(traceID: [1], spanID: [9]),
      Link(traceID: [1], spanID: [8]),
    ]
    let merged = Trace.merging([
      trace([[span(4, name: "d", start: 8), one], [span(3, name: "c", start: 2)]]),
      trace([[span(1, name: "a", start: 2)]]),
    ])
    #expect(names(merged) == [[["a"]], [["c"], ["b", "d"]]])
    let sorted = merged.resourceSpans[1].scopeSpans[1].spans[0]
    #expect(sorted.events.map(\.name) == ["y", "z", "x"])
    #expect(sorted.links.map(\.spanID) == [[8], [9], [1]])
  }

  @Test("a server span gets an ID of its own below the client span it shared one with")
  func sharedIDs() {
    let shared: [UInt8] = [0, 0, 0, 0, 0, 0, 9, 1]
    var taken = span(0, kind: 1, name: "uses 1")
    taken.spanID = [0, 0, 0, 0, 0, 0, 0, 1]
    var repaired = trace([
      [
        span(1, kind: 3, name: "client", parent: [5]),
        span(1, kind: 2, name: "server", parent: [5]),
        span(2, kind: 1, name: "child", parent: shared), taken,
      ]
    ])
    repaired.separateSharedIDs()
    let spans = repaired.resourceSpans[0].scopeSpans[0].spans
    let fresh: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 2]
    #expect(spans.map(\.spanID) == [shared, fresh, [0, 0, 0, 0, 0, 0, 9, 2], taken.spanID])
    #expect(spans.map(\.parentSpanID) == [[5], shared, fresh, []])
  }

  @Test("server spans without a client half keep their IDs")
  func noSharedIDs() {
    let before = trace([[span(1, kind: 2), span(1, kind: 1), span(2, kind: 3)]])
    var after = before
    after.separateSharedIDs()
    #expect(after == before)
  }
}
