import Engine
import Testing
import traceql

/// Two groups, one with more spans than are listed.
private func grouped(_ make: ResultFixture) -> TraceMatch {
  let first = make.set(
    [make.span(1, "a"), make.span(2, "b")], matched: 2,
    [("by(kind)", .kind(2)), ("count()", .int(2))])
  let second = make.set(
    [make.span(3, nil)], matched: 4,
    [("by(kind)", .nil), ("avg(duration)", .duration(1_500_000_000))])
  return make.trace(1, [first, second], spanCounts: [3, 9])
}

@Test func aGroupedTraceTakesARowPerGroup() async throws {
  let make = try await ResultFixture()
  let table = TraceRows.table([grouped(make)], for: .people, zone: .utc)
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

@Test func programsGetTheTraceInEveryRow() async throws {
  let make = try await ResultFixture()
  let text = DelimitedText.commaSeparated(
    TraceRows.table([grouped(make)], for: .programs, zone: .local))
  let shared =
    "00000000000000000000000000000001,2026-01-15T09:30:44.000000000Z,382000000,shop,GET /cart"
  #expect(
    text.split(separator: "\n") == [
      "trace_id,start,duration_ns,root_service,root_name,spans,matched,by(kind),count(),"
        + "avg(duration)",
      "\(shared),12,2,server,2,", "\(shared),12,4,nil,,1500000000",
    ])
}

@Test func spanRowsKeepAttributesOfTheSameNameApart() async throws {
  let make = try await ResultFixture()
  let set = make.set(
    [
      make.span(1, nil, [("x", .string("a")), ("x", .int(1))]),
      make.span(2, nil, [("y", .array([.int(1), .int(2)]))]),
    ], matched: 2)
  let table = SpanRows.table([make.trace(7, [set])], for: .people, zone: .utc)
  #expect(table.columns.map(\.key)[4...] == ["x", "x", "y", "root_service", "root_name"])
  #expect(table.rows[0].cells[4...5] == [.text("a"), .integer(1)])
  #expect(table.rows[1].cells[4...6] == [.missing, .missing, .list([.integer(1), .integer(2)])])
}

@Test func linesOfJSONHaveEveryColumn() async throws {
  let make = try await ResultFixture()
  let set = make.set([make.span(1, "n\"\n", [("f", .float(0.5))])], matched: 1)
  let table = SpanRows.table([make.trace(7, [set])], for: .people, zone: .utc)
  let text = String(decoding: JSONLines.bytes(table), as: UTF8.self)
  #expect(
    text == #"{"trace_id":"00000000000000000000000000000007","span_id":"0000000000000001","#
      + #""start":"2026-01-15T09:30:44.001000000Z","duration_ns":61000000,"name":"n\"\n","f":0.5,"#
      + #""root_service":"shop","root_name":"GET /cart"}"# + "\n")
}

@Test func treesShowSpansBelowTheirTrace() async throws {
  let make = try await ResultFixture()
  let plain = make.trace(2, [make.set([make.span(1, "a", [("code", .int(5))])], matched: 3)])
  let lines = ResultTree(width: nil, style: .plain, zone: .utc).lines([plain, grouped(make)])
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

@Test func theServiceOfASpanStandsBeforeItsName() async throws {
  let make = try await ResultFixture()
  let values: [(String, Value)] = [("code", .int(5)), ("service.name", .string("cart"))]
  let trace = make.trace(2, [make.set([make.span(1, "a", values)], matched: 1)])
  let lines = ResultTree(width: nil, style: .plain, zone: .utc).lines([trace])
  #expect(lines[1] == "└─  +1.00 ms   61.0 ms  cart · a  code = 5")
  let table = SpanRows.table([trace], for: .people, zone: .utc)
  #expect(table.columns.map(\.key)[4...6] == ["service.name", "name", "code"])
  #expect(table.rows[0].cells[4...6] == [.text("cart"), .text("a"), .integer(5)])
}

@Test func treesFitTheTerminal() async throws {
  let make = try await ResultFixture()
  for width in 20..<90 {
    let lines = ResultTree(width: width, style: .plain, zone: .utc).lines([grouped(make)])
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= max(width, 33) })
  }
}
