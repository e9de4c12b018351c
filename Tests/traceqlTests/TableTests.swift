import Testing
import traceql

private func table(_ rows: [Table.Row]) -> Table {
  Table(
    columns: [
      .init("Trace ID", key: "trace_id", isShared: true),
      .init("Name", key: "name", canShrink: true, isShared: true),
      .init("Duration", key: "duration_ns", alignment: .right),
    ], rows: rows)
}

private let sample = table([
  .init([.text("a1"), .text("GET /日本/cart"), .duration(1_500_000_000)]),
  .init([.text("a1"), .text("GET /日本/cart"), .duration(2_000_000)], isContinuation: true),
  .init([.text("b2"), .text("a \"b\", c\nd"), .missing]),
])

@Test func columnsAreAligned() {
  let lines = TextTable(width: nil, style: .plain, zone: .utc).lines(sample)
  #expect(
    lines == [
      "Trace ID  Name            Duration",
      "a1        GET /日本/cart    1.50 s",
      "                           2.00 ms",
      #"b2        a "b", c\nd"#,
    ])
}

@Test(arguments: 1..<60)
func linesFitTheTerminal(width: Int) {
  let lines = TextTable(width: width, style: .plain, zone: .utc).lines(sample)
  #expect(lines.count == 4)
  #expect(lines.allSatisfy { DisplayWidth.of($0) <= max(width, 4) })
}

@Test func theWidestTextGivesWayFirst() {
  let lines = TextTable(width: 30, style: .plain, zone: .utc).lines(sample)
  #expect(lines[1] == "a1        GET /日本…    1.50 s")
}

@Test func aNarrowTableGivesUpDatesAndOptionalColumnsBeforeIDs() {
  let moment: UInt64 = 1_768_469_444_580_243_968
  let id = "00000000000000000000000000000001"
  func lines(_ width: Int, _ second: UInt64) -> [String] {
    let table = Table(
      columns: [
        .init("Trace ID", key: "t"), .init("Start", key: "s"),
        .init("Spans", key: "n", alignment: .right, isOptional: true),
        .init("Name", key: "m", canShrink: true),
      ],
      rows: [
        .init([.text(id), .time(moment), .integer(7), .text("GET /long/name")]),
        .init([.text(id), .time(second), .integer(8), .text("x")]),
      ])
    return TextTable(width: width, style: .plain, zone: .utc).lines(table)
  }
  #expect(lines(82, moment)[1] == id + "  2026-01-15 09:30:44.580      7  GET /long/name")
  #expect(
    lines(72, moment).prefix(2) == [
      "Trace ID                          01-15     Spans  Name",
      id + "  09:30:44      7  GET /long/name",
    ])
  #expect(lines(62, moment)[1] == id + "  09:30:44  GET /long/name")
  #expect(
    lines(75, moment + 86_400_000_000_000)[1] == id + "  01-15 09:30:44      7  GET /long/name")
}

@Test func csvQuotesWhatNeedsIt() {
  #expect(
    DelimitedText.commaSeparated(sample)
      == "trace_id,name,duration_ns\na1,GET /日本/cart,1500000000\na1,GET /日本/cart,2000000\n"
      + "b2,\"a \"\"b\"\", c\nd\",\n")
}

@Test func tsvHasNoTabsWithinCells() {
  let text = DelimitedText.tabSeparated(table([.init([.text("a\tb"), .text("c\\d\n"), .missing])]))
  #expect(text == "trace_id\tname\tduration_ns\na\\tb\tc\\\\d\\n\t\n")
}

@Test func markdownKeepsItsPipes() {
  let text = MarkdownTable.text(
    table([.init([.text("a|b"), .text("*x*"), .duration(5)])]), zone: .utc)
  #expect(
    text == "| Trace ID | Name | Duration |\n| --- | --- | --: |\n| a\\|b | \\*x\\* | 5 ns |\n")
}

@Test func programsGetExactValues() {
  #expect(Cell.time(1_768_469_444_580_243_968).exact == "2026-01-15T09:30:44.580243968Z")
  #expect(Cell.size(12_100_000).exact == "12100000")
  #expect(Cell.list([.text("a"), .integer(2)]).exact == "a,2")
}

@Test func colourIsOnlyEmphasis() {
  #expect(TextStyle.plain.apply(.red, to: "x") == "x")
  #expect(TextStyle.colour.apply(.red, to: "x") == "\u{1B}[31mx\u{1B}[0m")
}
