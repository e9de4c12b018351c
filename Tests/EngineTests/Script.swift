import Foundation
import Oracle
import TestSupport
import Testing

/// Cases as text files under `Scripts`:
///
///     # 6.1 Children of matches on the left.
///     spans
///       A x="l"
///         B x="r"
///     query limit=2 spss=1
///       { .x = "l" } > { .x = "r" }
///     ----
///       t: B
///
/// Spans hold for all queries after them (`SpanNotation`), the comment above a query is its title,
/// answers are what `AnswerText` writes, or `nothing`. `query disabled` marks a case that the
/// engine is known to answer differently; its comment says how.
struct Script {
  struct Case: Sendable, CustomTestStringConvertible {
    var file: String
    var line: Int
    var title: String
    var traces: [StoredTrace]
    var query = ""
    var limit = 0
    var spansPerSpanSet = 0
    var isDisabled = false
    var expected: [String] = []

    var testDescription: String { "\(file):\(line) \(title): \(query)" }

    /// What the expected lines talk about is what the actual lines have to say.
    var detail: AnswerText.Detail {
      func some(_ text: String) -> Bool { expected.contains { $0.contains(text) } }
      return AnswerText.Detail(
        spanAttributes: some("{") && !some("{name="), matched: some(" of "),
        setAttributes: some(" ["), names: some("{name="), trace: some(" <root="))
    }
  }

  static let cases: [Case] = {
    let folder = Fixture.path("Tests/EngineTests/Scripts")
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".test") }.sorted().flatMap { path -> [Case] in
      let data = FileManager.default.contents(atPath: folder + "/" + path) ?? Data()
      var script = Script(file: path)
      do {
        return try script.read(String(decoding: data, as: UTF8.self))
      } catch {
        preconditionFailure("\(path):\(script.line): \(error)")
      }
    }
  }()

  private enum Section { case none, spans, query, expected }

  private let file: String
  private(set) var line = 0
  private var section = Section.none
  private var spanLines: [String] = []
  private var title = ""
  private var cases: [Case] = []

  private init(file: String) { self.file = file }

  private mutating func read(_ text: String) throws -> [Case] {
    for content in text.split(separator: "\n", omittingEmptySubsequences: false) {
      line += 1
      if content.allSatisfy({ $0 == " " }) { continue }
      if content.hasPrefix(" ") { try continueSection(content) } else { try start(content) }
    }
    return cases
  }

  private mutating func start(_ content: Substring) throws {
    if content.hasPrefix("#") {
      let words = content.dropFirst().trimmingCharacters(in: .whitespaces)
      title = section == .none && !title.isEmpty ? title + " " + words : words
      section = .none
      return
    }
    let words = content.split(separator: " ")
    switch words[0] {
    case "spans":
      section = .spans
      spanLines = []
    case "query":
      section = .query
      var new = Case(
        file: file, line: line, title: title, traces: try SpanNotation.traces(spanLines))
      for word in words.dropFirst() {
        if word == "disabled" { new.isDisabled = true }
        if word.hasPrefix("limit=") { new.limit = Int(word.dropFirst(6)) ?? 0 }
        if word.hasPrefix("spss=") { new.spansPerSpanSet = Int(word.dropFirst(5)) ?? 0 }
      }
      cases.append(new)
    case "----": section = .expected
    default: throw SpanNotation.Failure(description: "what is \"\(content)\"?")
    }
  }

  private mutating func continueSection(_ content: Substring) throws {
    let trimmed = content.trimmingCharacters(in: .whitespaces)
    switch section {
    case .none: throw SpanNotation.Failure(description: "stands in no section")
    case .spans: spanLines.append(String(content))
    case .query:
      cases[cases.count - 1].query += (cases[cases.count - 1].query.isEmpty ? "" : " ") + trimmed
    case .expected:
      if trimmed != "nothing" { cases[cases.count - 1].expected.append(trimmed) }
    }
  }
}
