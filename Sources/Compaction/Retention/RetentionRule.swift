package import TraceQL

/// `720h { status = error }`: traces that the query matches have an age of their own.
package struct RetentionRule: Sendable {
  /// As it was written.
  package let text: String
  /// 0: they are kept for ever.
  package let nanoseconds: UInt64
  package let query: Query

  /// `duration` reads lengths of time as the place spells them that the rule comes from.
  package init(
    _ text: String, duration: (String) -> UInt64?
  ) throws(RetentionRuleError) {
    let trimmed = text.drop { $0.isWhitespace }
    let age = String(trimmed.prefix { !$0.isWhitespace && $0 != "{" && $0 != "(" })
    let source = String(trimmed.dropFirst(age.count).drop { $0.isWhitespace })
    guard let nanoseconds = age == "0" ? 0 : duration(age) else {
      throw RetentionRuleError(
        message: "A rule is an age and a query, like '720h { status = error }'; 0 is for ever; "
          + "'\(age)' is no age.")
    }
    let parsed = Query.parse(source)
    if let wrong = parsed.diagnostics.first(where: \.isError) {
      throw RetentionRuleError(message: "Its query: " + wrong.text(in: source))
    }
    guard let query = parsed.query, case .pipeline = query.body else {
      throw RetentionRuleError(
        message: "The query of a rule finds traces, as a search does; a metrics query does not.")
    }
    self.text = text
    self.nanoseconds = nanoseconds
    self.query = query
  }
}

/// Why a text is no rule, in a sentence of its own.
package struct RetentionRuleError: Error, Sendable {
  package var message: String
}
