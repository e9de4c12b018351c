import Testing
import traceql

/// Every styled piece as `text:role`.
private func roles(_ text: String, cursor: Int? = nil) -> [String] {
  let bytes = Array(text.utf8)
  return Highlighter.spans(in: text, cursor: cursor).map { span in
    String(decoding: bytes[span.range], as: UTF8.self) + ":\(span.role)"
  }
}

@Test func everyTokenHasItsRole() {
  #expect(
    roles("{ span.http.url = \"x\" && status = error } | count() > 2") == [
      "{:bracket", "span.:attribute", "http.url:attribute", "=:operation", "\"x\":string",
      "&&:operation", "status:intrinsic", "=:operation", "error:value", "}:bracket",
      "|:operation", "count:function", "(:bracket", "):bracket", ">:operation", "2:number",
    ])
}

@Test func halfAStringIsAString() {
  #expect(roles("{ name = \"GE").last == "\"GE:string")
}

@Test func commandsAndTheirQueriesAreTold() {
  #expect(
    roles(".explain { 1s }; .help") == [
      ".explain:command", "{:bracket", "1s:number", "}:bracket", ".help:command",
    ])
}

@Test func commentsAreDimmed() {
  #expect(roles("{ } // all").last == "// all:comment")
  #expect(roles("/* a */ { }").first == "/* a */:comment")
}

@Test func bracketsFindTheirPartners() {
  #expect(
    roles("{ () }", cursor: 6).filter { $0.contains("matched") } == [
      "{:matchedBracket", "}:matchedBracket",
    ])
  #expect(
    roles("{ () }", cursor: 2).filter { $0.contains("matched") } == [
      "(:matchedBracket", "):matchedBracket",
    ])
  #expect(roles("{ ) }").contains("):lonelyBracket"))
  #expect(roles("{ (", cursor: 3).filter { $0.contains("matched") } == [])
}

// MARK: Layout

private func frame(
  _ text: String, cursor: Int, width: Int = 20, height: Int = 10
) -> EditorFrame {
  EditorFrame(
    .init(prompt: "> ", continuation: ". ", text: text, spans: [], cursor: cursor, style: .plain),
    width: width, height: height)
}

@Test func linesAreBrokenAtTheWidthAndAtLineBreaks() {
  let picture = frame("abcdefghijklmnopqrstuvwx\nyz", cursor: 27)
  #expect(picture.rows.map(\.text) == ["> abcdefghijklmnopqr", "stuvwx", ". yz"])
  #expect((picture.cursorRow, picture.cursorColumn) == (2, 4))
}

@Test func theCursorBehindAFullRowStandsOnTheNext() {
  let picture = frame("abcdefghijklmnopqr", cursor: 18)
  #expect(picture.rows.count == 2)
  #expect((picture.cursorRow, picture.cursorColumn) == (1, 0))
}

@Test func wideCharactersTakeTwoColumns() {
  let picture = frame("日本👩‍👩‍👧x", cursor: 6)
  #expect(picture.rows[0].width == 9)
  #expect((picture.cursorRow, picture.cursorColumn) == (0, 6))
}

@Test func aTextLongerThanTheScreenShowsThePartWithTheCursor() {
  let text = (0..<30).map(String.init).joined(separator: "\n")
  let picture = frame(text, cursor: 0, height: 5)
  #expect(picture.rows.count == 5)
  #expect(picture.rows[0].text == "> 0")
  #expect(frame(text, cursor: text.utf8.count, height: 5).rows.last?.text == ". 29")
}
