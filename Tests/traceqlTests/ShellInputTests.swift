import Testing
import traceql

private func statements(_ text: String) -> [String] {
  StatementScanner.scan(text).statements.map(\.text)
}

@Test func statementsEndAtSemicolonsOutsideOfQuotesAndBraces() {
  #expect(statements("{ a = 1 }; { b = \";\" } ;") == ["{ a = 1 }", "{ b = \";\" }"])
  #expect(statements("{ a = `;` && b = \"\\\";\" }") == ["{ a = `;` && b = \"\\\";\" }"])
  #expect(statements(" ; ;\n") == [])
}

@Test func dotCommandsEndWithTheirLine() {
  let result = StatementScanner.scan(".mode csv\n{ a = 1 }; .limit 5; .quit")
  #expect(result.statements.map(\.text) == [".mode csv", "{ a = 1 }", ".limit 5", ".quit"])
  #expect(result.statements.map(\.kind) == [.command, .query, .command, .command])
}

@Test(arguments: [
  "{ a = ", "{ a = \"x", "({ a = 1 }", "{ a = 1 } |", "{ a = 1 } &&", "{ } /* so", "{ } >>",
])
func halfAQueryGoesOn(_ text: String) { #expect(StatementScanner.scan(text).isOpen) }

@Test(arguments: [
  "{ a = 1 }", "{ a = 1 } | count() > 2", ".help", "{ } // |", "", "}", "{ } /* | */",
])
func aWholeQueryEnds(_ text: String) { #expect(!StatementScanner.scan(text).isOpen) }

@Test func commentsAreNoStatements() {
  #expect(statements("// a { comment ;\n{ a = 1 }") == ["{ a = 1 }"])
  #expect(statements("/* ; */ .mode csv") == [".mode csv"])
  #expect(statements("// nothing") == [])
}

@Test func wordsKeepWhatQuotesHold() {
  #expect(ShellWords.split("a \"b c\" 'd \\' e\\ f") == ["a", "b c", "d \\", "e f"])
  #expect(ShellWords.split("  ") == [])
  #expect(ShellWords.split("\"\"") == [""])
}

@Test func historyEntriesSurviveTheirFile() {
  for entry in ["{ a = 1 }", "{\n a = \"\\n\" \\\n}", "\\", "a\\nb"] {
    let line = HistoryFile.encoded(entry)
    #expect(!line.contains("\n"))
    #expect(HistoryFile.decoded(line) == entry)
  }
}

@Test func historyIsWalkedByItsBeginning() {
  var walk = HistoryWalk(["{ a }", ".help", "{ b }", "{ b }"], typed: "{")
  #expect(walk.older() == "{ b }")
  #expect(walk.older() == "{ a }")
  #expect(walk.older() == nil)
  #expect(walk.newer() == "{ b }")
  #expect(walk.newer() == "{")
  #expect(walk.newer() == nil)
}

@Test func theCursorMovesBetweenLinesByColumn() {
  let text = "{ äb\nx\n}"
  #expect(LinePosition(text, cursor: 4).above == nil)
  // Behind the ä, third column: the second line is shorter.
  #expect(LinePosition(text, cursor: 4).below == 7)
  #expect(LinePosition(text, cursor: 7).above == 1)
  #expect(LinePosition(text, cursor: 8).below == nil)
}
