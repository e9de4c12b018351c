import Testing
import traceql

/// A span by one-byte IDs, start and length in milliseconds; parent 0 means a root.
private func span(
  _ id: UInt8, under parent: UInt8 = 0, from start: UInt64 = 0, for length: Int64 = 10,
  error: Bool = false
) -> WaterfallSpan {
  WaterfallSpan(
    id: [id], parentID: parent == 0 ? [] : [parent], service: "shop", name: "s\(id)",
    startNanoseconds: 1_768_469_444_000_000_000 + start * 1_000_000,
    durationNanoseconds: length * 1_000_000, isError: error, eventCount: error ? 2 : 0)
}

/// "id:place at depth", in order.
private func outline(_ spans: [WaterfallSpan]) -> [String] {
  SpanTree(spans).nodes.map { node in
    var line = String(repeating: "-", count: node.depth) + String(spans[node.span].id[0])
    if node.place == .orphan || node.place == .cycle { line += " \(node.place)" }
    if !node.isLastSibling, node.depth > 0 { line += " more" }
    return line
  }
}

@Test func childrenStandBelowTheirParentByStart() {
  let spans = [
    span(3, under: 1, from: 5), span(1, for: 100), span(2, under: 1, from: 1), span(4, under: 2),
  ]
  #expect(outline(spans) == ["1", "-2 more", "--4", "-3"])
}

@Test func severalRootsAndOrphansAllShow() {
  let spans = [span(1), span(2, from: 1), span(3, under: 9, from: 2), span(4, under: 3, from: 3)]
  #expect(outline(spans) == ["1", "2", "3 orphan", "-4"])
}

@Test func circlesAreCut() {
  #expect(outline([span(1, under: 1)]) == ["1 cycle"])
  #expect(
    outline([span(1, under: 3), span(2, under: 1, from: 1), span(3, under: 2, from: 2)])
      == ["1 cycle", "-2", "--3"])
}

@Test func spansWithTheSameIDBothShow() {
  let spans = [span(1), span(1, under: 1, from: 1), span(2, under: 1, from: 2)]
  #expect(outline(spans) == ["1", "-1 more", "-2"])
}

@Test func aVeryDeepTraceIsDrawn() {
  func id(_ level: Int) -> [UInt8] { [UInt8(level >> 8), UInt8(level & 255), 1] }
  var spans: [WaterfallSpan] = []
  for level in 0..<5_000 {
    spans.append(
      WaterfallSpan(
        id: id(level), parentID: level == 0 ? [] : id(level - 1), service: "s", name: "n",
        startNanoseconds: 5, durationNanoseconds: 5))
  }
  #expect(SpanTree(spans).nodes.map(\.depth) == Array(0..<5_000))
  let lines = WaterfallText(width: 80, style: .plain, zone: .utc).lines(traceID: "x", spans: spans)
  #expect(lines.count == 5_004)
}

@Test(arguments: 0..<100 as Range<UInt64>)
func everySpanShowsOnceWhateverTheParents(seed: UInt64) {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  func random(_ bound: UInt64) -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state % bound
  }
  let spans = (0..<40).map { _ in
    span(
      UInt8(1 + random(25)), under: UInt8(random(30)), from: random(50), for: Int64(random(9)) - 2)
  }
  #expect(SpanTree(spans).nodes.map(\.span).sorted() == Array(0..<40), "seed \(seed)")
  let lines = WaterfallText(width: 80, style: .plain, zone: .utc).lines(traceID: "x", spans: spans)
  #expect(lines.allSatisfy { DisplayWidth.of($0) <= 80 }, "seed \(seed)")
}

@Test func theWholePicture() {
  let spans = [
    span(1, for: 100), span(2, under: 1, from: 25, for: 50),
    span(3, under: 2, from: 50, for: 25, error: true),
    span(4, under: 1, from: 100, for: 0),
  ]
  let lines = WaterfallText(width: 64, style: .plain, zone: .utc).lines(
    traceID: "ab12", spans: spans)
  #expect(lines[0] == "Trace ab12")
  #expect(lines[1] == "2026-01-15 09:30:44.000 UTC · 100 ms · 1 service · 4 spans · 1 error")
  #expect(lines[3].hasSuffix("100 ms"))
  #expect(lines[4].hasPrefix("shop · s1 "))
  #expect(lines[5].hasPrefix("├─ shop · s2 "))
  #expect(lines[6].hasPrefix("│  └─ shop · s3 "))
  #expect(lines[6].hasSuffix("25.0 ms  ERROR  •2"))
  #expect(lines[7].hasPrefix("└─ shop · s4 "))
  // A bar begins where its quarter of the time does, an instant is still a mark.
  let bars = lines[4...7].map { $0.dropFirst(18) }
  #expect(Set(bars.map { $0.prefix { $0 == " " }.count }).count == 4)
  #expect(bars[7 - 4].contains("▏"))
}

/// Clocks that disagree, and damaged blocks: lengths below zero and beyond 146 years.
@Test(arguments: [-1, -10_000, Int64.min / 1_000_000, Int64.max / 1_000_000] as [Int64])
func anyLengthIsDrawn(_ length: Int64) {
  var spans = [span(1, for: length), span(2, under: 1, from: 7_000, for: length)]
  spans.append(
    WaterfallSpan(
      id: [3], parentID: [], service: "s", name: "n", startNanoseconds: 0,
      durationNanoseconds: length * 1_000_000))
  let text = WaterfallText(width: 80, style: .plain, zone: .utc)
  #expect(text.lines(traceID: "x", spans: spans).allSatisfy { DisplayWidth.of($0) <= 80 })
}
