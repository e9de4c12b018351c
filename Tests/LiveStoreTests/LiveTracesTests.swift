import LiveStore
import Spans
import Testing

@Suite struct LiveTracesTests {
  private func ids(_ numbers: UInt64...) -> [TraceID] { numbers.map { TraceID(high: 0, low: $0) } }

  @Test func tracesPastTheLimitAreNamedAndThoseKnownGoOn() {
    var traces = LiveTraces()
    let first = traces.take(ids(2, 1), byteCount: 10, countMax: 2, bytesMax: 0, now: 1)
    #expect(first.all.isEmpty && traces.count == 2)
    let second = traces.take(ids(3, 1, 3), byteCount: 10, countMax: 2, bytesMax: 0, now: 2)
    #expect(second.tooMany == Set(ids(3)) && second.tooLarge.isEmpty)
    #expect(traces.count == 2)
  }

  /// The same request meets the limit with the same traces, in whatever order its spans come.
  @Test func whichTracesAreTakenDoesNotDependOnTheirOrder() {
    for order in [ids(4, 9, 1), ids(9, 4, 1), ids(1, 9, 4)] {
      var traces = LiveTraces()
      let verdict = traces.take(order, byteCount: 3, countMax: 2, bytesMax: 0, now: 1)
      #expect(verdict.tooMany == Set(ids(9)))
    }
  }

  /// Three of four spans are 75 of 100 bytes; what was dropped is not counted.
  @Test func sizesAddUpOverRequestsByTheirShares() {
    var traces = LiveTraces()
    let requests: [(ids: [TraceID], bytes: Int)] = [
      (ids(1, 1, 1, 2), 100), (ids(1, 2), 60), (ids(1), 25), (ids(1), 1),
    ]
    let verdicts = requests.map {
      traces.take($0.ids, byteCount: $0.bytes, countMax: 0, bytesMax: 100, now: 1)
    }
    #expect(verdicts.map(\.tooLarge) == [[], Set(ids(1)), [], Set(ids(1))])
    #expect(verdicts.map(\.tooMany.count) == [0, 0, 0, 0])
  }

  @Test func idleTracesMakeRoom() {
    var traces = LiveTraces()
    _ = traces.take(ids(1, 2), byteCount: 2, countMax: 2, bytesMax: 0, now: 10)
    _ = traces.take(ids(2), byteCount: 1, countMax: 2, bytesMax: 0, now: 20)
    traces.forgetIdle(before: 20)
    #expect(traces.count == 1)
    let verdict = traces.take(ids(3), byteCount: 1, countMax: 2, bytesMax: 0, now: 21)
    #expect(verdict.all.isEmpty && traces.count == 2)
  }
}
