import Engine
import Testing
import traceql

private let start: UInt64 = 1_768_469_444_000_000_000

private func span(_ id: UInt8, _ name: String?, _ values: [(String, Value)] = []) -> SpanMatch {
  SpanMatch(
    spanID: [0, 0, 0, 0, 0, 0, 0, id], name: name, startNanoseconds: start + UInt64(id) * 1_000_000,
    durationNanoseconds: 61_000_000,
    attributes: values.map { NamedValue(key: $0.0, value: $0.1) })
}

private func trace(_ id: UInt8, _ sets: [SpanSetMatch], counts: [Int]? = nil) -> TraceMatch {
  TraceMatch(
    traceID: [UInt8](repeating: 0, count: 15) + [id], rootServiceName: "shop",
    rootTraceName: "GET /cart", startNanoseconds: start, durationNanoseconds: 382_000_000,
    spanSets: sets,
    serviceStatistics: counts?.map {
      ServiceStatistics(service: "s\($0)", spanCount: $0, errorCount: 0)
    })
}

private let grouped = trace(
  1,
  [
    SpanSetMatch(
      spans: [span(1, "a"), span(2, "b")], matched: 2,
      attributes: [
        NamedValue(key: "by(kind)", value: .kind(2)), NamedValue(key: "count()", value: .int(2)),
      ]),
    SpanSetMatch(
      spans: [span(3, nil)], matched: 4,
      attributes: [
        NamedValue(key: "by(kind)", value: .nil),
        NamedValue(key: "avg(duration)", value: .duration(1_500_000_000)),
      ]),
  ], counts: [3, 9])

@Test func aGroupedTraceTakesARowPerGroup() {
  let table = TraceRows.table([grouped], zone: .utc)
  let lines = TextTable(width: nil, style: .plain, zone: .utc).lines(table)
  #expect(lines.count == 3)
  // Cut after the trace ID; 25 columns for the start, as its values are wide.
  #expect(
    lines.map { String($0.dropFirst(32)) } == [
      "  Start (UTC)              Duration  Service  Name       Spans  Matched  by(kind)  count()"
        + "  avg(duration)",
      "  2026-01-15 09:30:44.000    382 ms  shop     GET /cart     12        2  server          2",
      "                                                                      4  nil              "
        + "         1.50 s",
    ])
}

@Test func programsGetTheTraceInEveryRow() {
  let text = DelimitedText.commaSeparated(TraceRows.table([grouped], zone: .local))
  let shared =
    "00000000000000000000000000000001,2026-01-15T09:30:44.000000000Z,382000000,shop,GET /cart"
  #expect(
    text.split(separator: "\n") == [
      "trace_id,start,duration_ns,root_service,root_name,spans,matched,by(kind),count(),"
        + "avg(duration)",
      "\(shared),12,2,server,2,", "\(shared),12,4,nil,,1500000000",
    ])
}

@Test func spanRowsKeepAttributesOfTheSameNameApart() {
  let set = SpanSetMatch(
    spans: [
      span(1, nil, [("x", .string("a")), ("x", .int(1))]),
      span(2, nil, [("y", .array([.int(1), .int(2)]))]),
    ], matched: 2, attributes: [])
  let table = SpanRows.table([trace(7, [set])], zone: .utc)
  #expect(table.columns.map(\.key)[4...] == ["x", "x", "y", "root_service", "root_name"])
  #expect(table.rows[0].cells[4...5] == [.text("a"), .integer(1)])
  #expect(table.rows[1].cells[4...6] == [.missing, .missing, .list([.integer(1), .integer(2)])])
}

@Test func linesOfJSONHaveEveryColumn() {
  let set = SpanSetMatch(
    spans: [span(1, "n\"\n", [("f", .float(0.5))])], matched: 1, attributes: [])
  let text = String(
    decoding: JSONLines.bytes(SpanRows.table([trace(7, [set])], zone: .utc)), as: UTF8.self)
  #expect(
    text == #"{"trace_id":"00000000000000000000000000000007","span_id":"0000000000000001","#
      + #""start":"2026-01-15T09:30:44.001000000Z","duration_ns":61000000,"name":"n\"\n","f":0.5,"#
      + #""root_service":"shop","root_name":"GET /cart"}"# + "\n")
}

@Test func treesShowSpansBelowTheirTrace() {
  let plain = trace(
    2, [SpanSetMatch(spans: [span(1, "a", [("code", .int(5))])], matched: 3, attributes: [])])
  let lines = ResultTree(width: nil, style: .plain, zone: .utc).lines([plain, grouped])
  #expect(
    lines == [
      "00000000000000000000000000000002  2026-01-15 09:30:44.000  382 ms  shop · GET /cart",
      "├─  +1.00 ms   61.0 ms  a  code = 5",
      "└─ … 2 more spans (--rows spans shows all)",
      "00000000000000000000000000000001  2026-01-15 09:30:44.000  382 ms  shop · GET /cart",
      "├─ by(kind) = server, count() = 2  (2 spans)",
      "│  ├─  +1.00 ms   61.0 ms  a",
      "│  └─  +2.00 ms   61.0 ms  b",
      "└─ by(kind) = nil, avg(duration) = 1.50 s  (4 spans)",
      "   ├─  +3.00 ms   61.0 ms",
      "   └─ … 3 more spans (--rows spans shows all)",
    ])
}

@Test(arguments: 20..<90)
func treesFitTheTerminal(width: Int) {
  let lines = ResultTree(width: width, style: .plain, zone: .utc).lines([grouped])
  #expect(lines.allSatisfy { DisplayWidth.of($0) <= max(width, 33) })
}
