import Testing

/// Each rule catches the fault it is there for, and lets its innocent neighbour pass.
@Suite struct RuleTests {
  func file(_ text: String, at path: String = "Sources/Storage/Block.swift") -> SourceFile {
    SourceFile(path: path, text: text)
  }

  func check(
    _ rule: (SourceFile) -> [Finding], catches bad: String, passes good: String,
    at path: String = "Sources/Storage/Block.swift",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(!rule(file(bad, at: path)).isEmpty, sourceLocation: sourceLocation)
    #expect(rule(file(good, at: path)) == [], sourceLocation: sourceLocation)
  }

  func lines(_ count: Int, of text: String = "x()") -> String {
    Array(repeating: text, count: count).joined(separator: "\n")
  }

  @Test func longFiles() {
    check(Rules.size, catches: lines(401), passes: lines(400) + "\n")
  }

  @Test func longLines() {
    let hundred = String(repeating: "x", count: 100)
    check(Rules.size, catches: hundred + "x", passes: hundred)
  }

  @Test func longFunctions() {
    func function(_ count: Int, _ head: String = "func a() {") -> String {
      head + "\n" + lines(count - 2, of: "  if x { y() }  // }") + "\n}"
    }
    check(Rules.size, catches: function(71), passes: function(70))
    check(Rules.size, catches: function(71, "  init?(_ x: Int) {"), passes: "init() {}")
    check(Rules.size, catches: function(71, "package var x: Int {"), passes: "var x: Int")
    let split =
      "@A(b) package static func a(\n  b: () -> Void = {}\n) throws(E)\n  -> C\nwhere C: D {"
    check(Rules.size, catches: function(71, split), passes: function(60, split))
  }

  @Test func aRequirementHasNoBody() {
    let text = "func a() -> B\nfunc c()\nvar d: Int\n" + lines(90) + "\nfunc e() {}"
    #expect(FunctionBodies.find(in: file(text)).map(\.lineCount) == [1])
  }

  @Test func imports() {
    check(Rules.imports, catches: "import TraceQL", passes: "package import Columns")
    check(Rules.imports, catches: "import struct Foundation.Date", passes: "// import Foundation")
    check(Rules.imports, catches: "@preconcurrency import CZstd", passes: "import Glibc")
  }

  @Test func marks() {
    check(Rules.marks, catches: "// TO" + "DO: later", passes: "// mastodon")
    check(Rules.marks, catches: "fatalError(\"x\")", passes: "let a = \"fatalError(\"")
    check(Rules.marks, catches: "let a = try! b()", passes: "let a = try b()")
    check(Rules.marks, catches: "let a = b as! C", passes: "let a = b as? C")
    check(Rules.marks, catches: "Task.detached {}", passes: "group.addTask {}")
    check(Rules.marks, catches: "func a() throws {", passes: "func a() throws(E) {")
    check(Rules.marks, catches: "#if os(Linux)", passes: "#expect(a)")
    check(Rules.marks, catches: "try? a()", passes: "// Absent is as good.\ntry? a()")
  }

  @Test func drawers() {
    check(Rules.names, catches: "struct BlockManager {}", passes: "struct ServiceStatistics {}")
    check(Rules.names, catches: "final class BaseReader {}", passes: "enum Database {}")
    #expect(Rules.names(file("", at: "Sources/Engine/Utils/Planner.swift")).count == 1)
    #expect(Rules.names(file("", at: "Sources/Engine/Helpers.swift")).count == 1)
    #expect(Rules.names(file("", at: "Sources/Engine/Helpful.swift")) == [])
  }

  @Test func unsafety() {
    #expect(Rules.isUnsafe(file("a.withUnsafeBytes { $0 }")))
    #expect(Rules.isUnsafe(file("final class A: @unchecked Sendable {}")))
    #expect(Rules.isUnsafe(file("nonisolated(unsafe) var a = 0")))
    #expect(!Rules.isUnsafe(file("let a = 1  // not unsafe")))
  }

  @Test func machineNames() {
    check(Rules.machine, catches: "see /wo" + "rk/x", passes: "see Sources/x")
    check(Rules.machine, catches: "../sha" + "red/spec", passes: "shared by all")
  }

  @Test func testsThatCannotFail() {
    let path = "Tests/A/B.swift"
    check(
      Rules.expectations, catches: "@Test func a() {\n  b()\n}",
      passes: "@Test func a() {\n  #expect(b())\n}", at: path)
    check(
      Rules.expectations,
      catches: "@Test(arguments: [\n  1,\n])\nfunc a(b: Int) throws {\n  c()\n}",
      passes: "@Test(arguments: [1])\nfunc a(b: Int) {\n  checkC(b)\n}", at: path)
    check(
      Rules.expectations, catches: "@Test func a() { \"#expect(\" }",
      passes: "func a() { b() }", at: path)
  }

  @Test func masking() {
    let text = #"let a = "x \"y\" \(b("c")) z"; d() // "#
    let gap = String(repeating: " ", count: 19)
    #expect(CodeMask.masked(text) == ["let a = \"\(gap)\"; d()    "])
    #expect(CodeMask.masked("a(/b\\/{/, c / d)") == ["a(      , c / d)"])
    #expect(CodeMask.masked("/* a\n/* b */ */c") == ["    ", "          c"])
    #expect(CodeMask.masked("a = #\"b\"c\"#") == ["a = #\"   \"#"])
    #expect(CodeMask.masked("a = \"\"\"\n  \" {\n\"\"\"}") == ["a = \"\"\"", "     ", "\"\"\"}"])
  }

  @Test func manifest() {
    let text = """
      module("Storage", ["Columns", "Parquet"]),
      module("Wire", []),
      name: "traceql", dependencies: ["Engine"],
      """
    let expected: [String: Set<String>] = [
      "Storage": ["Columns", "Parquet"], "Wire": [], "repl": ["Engine"],
    ]
    #expect(ModuleTable.read(manifest: text) == expected)
  }

  @Test func pathsInDocuments() {
    let document = file("see `Engine/Planner` and `grammar/x.ebnf`, `/api/search`", at: "A.md")
    let missing = DocumentTests.missingPaths(of: document) { $0 == "Sources/Engine/Planner" }
    #expect(missing.map(\.message) == ["grammar/x.ebnf does not exist"])
  }
}
