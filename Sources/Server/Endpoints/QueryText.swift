import TraceQL

/// A query as a request spells it, parsed once; wrong ones can be reported in two steps, because
/// the API reports syntax before the time range and meaning after it.
struct QueryText {
  let text: String
  private let parsed: Parsed

  init(_ text: String, dialect: Dialect) {
    self.text = text
    parsed = Query.parse(text, dialect: dialect)
  }

  /// The text of the first error, nil for a valid query.
  var message: String? { parsed.firstError?.tempoMessage(source: text) }

  /// True if the text is no sentence of the language, false if it only makes no sense.
  var isSyntaxError: Bool { parsed.firstError?.code.isSyntax == true }

  /// The query; only a valid one may be asked for.
  var query: Query {
    guard let query = parsed.query else {
      preconditionFailure("a text without errors has a query")
    }
    return query
  }
}
