import Testing
import traceql

/// What the shell writes of answers, and what it takes for a command.
struct ShellAnswerTests {
  private let table = Table(
    columns: [.init("Name", key: "name"), .init("Count", key: "count", alignment: .right)],
    rows: [.init([.text("a,b"), .integer(1)]), .init([.text("c"), .missing])])

  private func text(_ mode: ShellMode, _ table: Table) -> String {
    let rows = RowText(columns: table.columns, mode: mode, zone: .utc)
    var bytes = rows.start
    for (index, row) in table.rows.enumerated() { bytes += rows.row(row, isFirst: index == 0) }
    return String(decoding: bytes + rows.end(isEmpty: table.rows.isEmpty), as: UTF8.self)
  }

  @Test func rowByRowIsTheSameAsAllAtOnce() {
    #expect(text(.csv, table) == "name,count\n\"a,b\",1\nc,\n")
    #expect(
      text(.json, table) == "[{\"name\":\"a,b\",\"count\":1},{\"name\":\"c\",\"count\":null}]\n")
    #expect(text(.json, Table(columns: table.columns)) == "[]\n")
    #expect(text(.line, table) == " Name = a,b\nCount = 1\n\n Name = c\nCount = \n")
    #expect(text(.ndjson, table) == String(decoding: JSONLines.bytes(table), as: UTF8.self))
    #expect(text(.tsv, table) == DelimitedText.tabSeparated(table))
    #expect(text(.markdown, table) == MarkdownTable.text(table, zone: .utc))
  }

  @Test func drawingEndsWhenNobodyWaits() {
    let drawing = TextTable(width: 80, style: .plain, zone: .utc)
    #expect(drawing.lines(table, isOver: { true }) == nil)
    #expect(drawing.lines(table, isOver: { false })?.count == 3)
  }

  @Test(arguments: [
    ("exit", ".quit"), (" QUIT; ", ".quit"), ("\\q", ".quit"), ("help", ".help"), ("?", ".help"),
    ("{ }", nil), ("exit now", nil), (".help", nil), ("", nil),
  ])
  func wordsOfOtherShells(_ typed: String, _ command: String?) {
    #expect(HabitWords.command(typed) == command)
  }

  @Test(arguments: [
    ("a/b.csv", ShellMode.csv), ("x.TSV", .tsv), ("x.json", .json), ("x.jsonl", .ndjson),
    ("x.md", .markdown), ("csv", nil), ("a.csv/b", nil), ("x.txt", nil),
  ])
  func aFilesNameSaysItsFormat(_ path: String, _ mode: ShellMode?) {
    #expect(ShellMode.ofFile(path) == mode)
  }
}
