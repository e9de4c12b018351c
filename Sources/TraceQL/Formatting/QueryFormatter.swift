/// Lays a query out: one line if it fits, else broken at its stages, then at its operators, the
/// loosest first. Comments stay between the tokens they stood between.
package enum QueryFormatter {
  package static let widthDefault = 80

  /// The query with canonical blanks and line breaks, the last character a line break; nil if the
  /// text is no query.
  ///
  /// What the text means does not change, and formatting the result changes nothing.
  package static func format(_ text: String, width: Int = widthDefault) -> String? {
    let parsed = Query.parse(text)
    guard !parsed.hasSyntaxError else { return nil }
    let (lexemes, footer) = Lexeme.all(of: Array(text.utf8))
    var writer = LayoutWriter(width: width)
    let nodes = LayoutNode.tree(lexemes)
    writer.write(nodes, indent: 0, hang: LayoutWriter.step)
    let result = writer.finish(footer)
    precondition(
      Query.parse(result).recovered == parsed.recovered, "formatting leaves the meaning alone")
    return result
  }
}
