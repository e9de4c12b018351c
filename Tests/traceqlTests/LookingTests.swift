import Engine
import TestSupport
import Testing
import TraceQL
import traceql

/// A span by one-byte IDs, start and length in milliseconds; parent 0 means a root.
private func span(
  _ id: UInt8, _ name: String, under parent: UInt8 = 0, from start: UInt64 = 0, for length: Int64,
  error: Bool = false
) -> WaterfallSpan {
  WaterfallSpan(
    id: [id], parentID: parent == 0 ? [] : [parent], service: "s", name: name,
    startNanoseconds: 1_000_000_000 + start * 1_000_000, durationNanoseconds: length * 1_000_000,
    isError: error)
}

// MARK: Critical path

/// Milliseconds on the path by name.
private func path(_ spans: [WaterfallSpan]) -> [String: UInt64] {
  let path = CriticalPath(spans, SpanTree(spans))
  return [String: UInt64](
    uniqueKeysWithValues: spans.indices.map { (spans[$0].name, path.length($0) / 1_000_000) })
}

@Test func thePathFollowsWhatFinishedLast() {
  // root 0-100; a 10-40; b 30-90 (b finished last); root waits for b, before it for a until 30.
  let spans = [
    span(1, "root", for: 100), span(2, "a", under: 1, from: 10, for: 30),
    span(3, "b", under: 1, from: 30, for: 60), span(4, "c", under: 3, from: 50, for: 20),
  ]
  #expect(path(spans) == ["root": 20, "a": 20, "b": 40, "c": 20])
}

@Test func whatOutlivesItsParentCountsUpToItsEnd() {
  let spans = [span(1, "root", for: 50), span(2, "late", under: 1, from: 40, for: 100)]
  #expect(path(spans) == ["root": 40, "late": 10])
}

@Test func thePathIsAsLongAsTheRoot() {
  var random = SplitMix(seed: 5)
  for _ in 0..<50 {
    var spans = [span(1, "root", for: 1_000)]
    for id in 2..<40 as Range<UInt8> {
      spans.append(
        span(
          id, "s\(id)", under: .random(in: 1..<id, using: &random),
          from: .random(in: 0..<1_000, using: &random), for: .random(in: 1..<400, using: &random)))
    }
    #expect(path(spans).values.reduce(0, +) == 1_000)
  }
}

// MARK: Folding

@Test func alikeSiblingsFoldAndErrorsDoNot() {
  var spans = [span(1, "root", for: 100)]
  for id in 2...6 as ClosedRange<UInt8> {
    spans.append(span(id, "get", under: 1, from: UInt64(id), for: 5))
    spans.append(span(id + 20, "below", under: id, from: UInt64(id), for: 2))
  }
  spans.append(span(50, "get", under: 1, from: 60, for: 5, error: true))
  let (tree, folds) = SpanTree(spans).folding(spans)
  #expect(tree.nodes.map { spans[$0.span].name } == ["root", "get", "get"])
  #expect(folds.count == 1)
  #expect(folds[1]?.spans.count == 5)
  #expect(folds[1]?.hiddenCount == 5)
  #expect(tree.nodes.last?.isLastSibling == true)
}

@Test func threeAlikeStay() {
  let spans = [span(1, "root", for: 100)] + (2...4).map { span($0, "get", under: 1, for: 5) }
  #expect(SpanTree(spans).folding(spans).folds.isEmpty)
}

@Test func theViewNumbersItsLinesAndMarksErrors() {
  let spans = [
    span(1, "root", for: 100), span(2, "bad", under: 1, from: 50, for: 25, error: true),
  ]
  let view = TraceView(width: 100, style: .plain, zone: .utc)
  let (lines, order) = view.draw(traceID: "ab", spans: spans)
  #expect(order == [0, 1])
  #expect(lines.last?.hasPrefix("2  └─ s · bad") == true)
  #expect(lines.last?.hasSuffix("ERROR") == true)
  #expect(lines.contains { $0.hasPrefix("critical path █ s · root 75 %") })
  #expect(lines.allSatisfy { DisplayWidth.of($0) < 100 })
}

// MARK: Diff

@Test func diffsLineSpansUpByPath() {
  let first = [
    span(1, "root", for: 100), span(2, "a", under: 1, for: 20), span(3, "gone", under: 1, for: 5),
  ]
  let second = [
    span(1, "root", for: 150), span(2, "a", under: 1, for: 20),
    span(4, "a", under: 1, for: 30, error: true), span(5, "new", under: 2, for: 1),
  ]
  let rows = TraceDiff(first, second).rows
  #expect(rows.map { "\($0.mark)\($0.depth)\($0.name)" } == ["0root", "!1a", "+2new", "-1gone"])
  #expect(rows.map(\.change) == ["+50.0 ms (+50 %)", "+30.0 ms (+150 %)", "", ""])
}

// MARK: Ranges

private func match(
  _ name: String, milliseconds: Int64, errors: Int = 0
) -> TraceMatch {
  TraceMatch(
    traceID: [], rootServiceName: "s", rootTraceName: name, startNanoseconds: 0,
    durationNanoseconds: milliseconds * 1_000_000,
    spanSets: [SpanSetMatch(spans: [], matched: 2, attributes: [])],
    serviceStatistics: [ServiceStatistics(service: "s", spanCount: 3, errorCount: errors)])
}

@Test func rangesAreComparedByNumberTimeAndKind() {
  let minute: UInt64 = 60_000_000_000
  let comparison = RangeComparison(
    .init(
      traces: [match("a", milliseconds: 10), match("a", milliseconds: 20)],
      lengthNanoseconds: minute),
    .init(
      traces: [match("b", milliseconds: 40, errors: 1), match("a", milliseconds: 10)]
        + [match("b", milliseconds: 50)], lengthNanoseconds: minute))
  let summary = comparison.summary().rows.map { $0.cells.map { $0.readable(zone: .utc) } }
  #expect(summary[0] == ["traces", "2", "3", "+1 (+50 %)"])
  #expect(summary[1] == ["traces per minute", "2", "3", "+1 (+50 %)"])
  #expect(summary[2] == ["traces with errors", "0", "1", "+1"])
  #expect(summary[3] == ["spans matched", "4", "6", "+2 (+50 %)"])
  #expect(summary[4] == ["duration p50", "10.0 ms", "40.0 ms", "+30.0 ms (+300 %)"])
  let kinds = comparison.kinds().rows.map { $0.cells.prefix(5).map { $0.readable(zone: .utc) } }
  #expect(kinds == [["s", "b", "0", "2", "+2"], ["s", "a", "2", "1", "-1 (-50 %)"]])
}

// MARK: Advice

private func warnings(_ text: String) -> [String] {
  let advice = DataAdvice(
    names: [
      .init(scope: "span", name: "http.status_code"),
      .init(scope: "resource", name: "service.name"),
    ],
    values: { field in
      switch field.description {
      case "resource.service.name": [.string("cart"), .string("checkout")]
      case "span.http.status_code": [.int(200), .int(500)]
      default: nil
      }
    })
  guard let query = Query.parse(text).query else { return ["does not parse"] }
  return advice.warnings(query).map { warning in
    let place = Array(text.utf8)[Int(warning.range.lowerBound)..<Int(warning.range.upperBound)]
    return String(decoding: place, as: UTF8.self) + ": " + warning.sentence
  }
}

@Test func unknownNamesAreMended() {
  #expect(
    warnings("{ span.http.statuscode = 500 }") == [
      "span.http.statuscode: nothing here has the attribute 'span.http.statuscode'; "
        + "did you mean 'span.http.status_code'?"
    ])
  #expect(
    warnings("{ span.service.name = \"cart\" }") == [
      "span.service.name: no span here has 'service.name', but resources have it; "
        + "did you mean 'resource.service.name'?"
    ])
  #expect(warnings("{ .http.status_code = 500 && .service.name = \"cart\" }") == [])
}

@Test func valuesNobodyHasAreMended() {
  #expect(
    warnings("{ resource.service.name = \"chekout\" }") == [
      "\"chekout\": no 'resource.service.name' here is \"chekout\"; did you mean \"checkout\"?"
    ])
  #expect(
    warnings("{ span.http.status_code = \"500\" }") == [
      "\"500\": 'span.http.status_code' is number here, never text"
    ])
  #expect(warnings("{ span.http.status_code > 499 } | rate() by(resource.service.name)") == [])
  #expect(warnings("{ resource.service.name =~ \"x.*\" }") == [])
}
