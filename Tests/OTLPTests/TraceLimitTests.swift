import Testing

@testable import OTLP

/// Traces above a size in bytes are cut, never to more than the size.
@Suite struct TraceLimitTests {
  private func trace(resources: Int, spans: Int) -> Trace {
    Trace(
      resourceSpans: (0..<resources).map { r in
        ResourceSpans(
          resource: Resource(attributes: [KeyValue(key: "n", value: .int(Int64(r)))]),
          scopeSpans: [
            ScopeSpans(
              spans: (0..<spans).map { s in
                var span = Span(
                  traceID: [UInt8](repeating: 1, count: 16),
                  spanID: [1, 2, 3, 4, 5, 6, UInt8(r), UInt8(s)])
                span.name = "span \(s)"
                return span
              })
          ])
      })
  }

  @Test func whatFitsIsLeftAlone() {
    let whole = trace(resources: 3, spans: 5)
    var cut = whole
    let size = TraceProtobuf.encode(whole).count
    let isCut = cut.cut(toBytes: size)
    #expect(!isCut)
    #expect(cut == whole)
  }

  @Test(arguments: [0, 1, 40, 100, 200, 300]) func whatDoesNotFitIsCut(_ bytesMax: Int) {
    let whole = trace(resources: 3, spans: 5)
    var cut = whole
    let isCut = cut.cut(toBytes: bytesMax)
    #expect(isCut)
    #expect(TraceProtobuf.encode(cut).count <= bytesMax)
    #expect(cut.spanCount < whole.spanCount)
    // What is left is the beginning, and as much of it as fits to within a span.
    var left: [Span] = []
    cut.forEachSpan { left.append($0) }
    var all: [Span] = []
    whole.forEachSpan { all.append($0) }
    #expect(left == Array(all.prefix(left.count)))
    #expect(bytesMax < 100 || cut.spanCount > 0)
  }
}
