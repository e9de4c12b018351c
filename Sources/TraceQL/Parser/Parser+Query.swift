extension Parser {
  // ▷ query = ( pipeline | metricsExpression ) , { hints } ;
  mutating func parseQuery() -> Query {
    let operand = parsePipeline()
    let end = current.range
    recover(at: [.with])
    var hints: [Hint] = []
    while !isRecovering {
      suggest(.tokens([.with]))
      guard at(.with) else { break }
      hints = parseHints()
    }
    if !isRecovering, !at(.endOfInput) { unexpected(.endOfQuery) }
    return Query(body: body(operand, endingAt: end), hints: hints)
  }

  private mutating func body(_ operand: Operand, endingAt end: SourceRange) -> Query.Body {
    if case .series(let expression) = operand.kind { return .metrics(expression) }
    let stages = stages(of: operand)
    if case .scalar? = stages.last {
      note(.bareAggregate, at: end)
    }
    return .pipeline(Pipeline(stages: stages))
  }

  // ▷ hints = "with" , "(" , hint , { "," , hint } , ")" ;
  private mutating func parseHints() -> [Hint] {
    advance()
    var hints: [Hint] = []
    inParentheses { parser in
      repeat {
        if let hint = parser.parseHint() { hints.append(hint) }
        if !parser.isRecovering, !parser.at(.comma), !parser.at(.rightParen) {
          return parser.unexpected(.tokens([.rightParen, .comma]))
        }
      } while !parser.isRecovering && parser.consume(.comma) != nil
    }
    return hints
  }

  // ▷ hint = IDENT , "=" , literal ;
  private mutating func parseHint() -> Hint? {
    suggest(.hintName)
    guard let name = expect(.identifier), expect(.equal) != nil else { return nil }
    suggest(.literal)
    if let (value, _) = parseParameterIfPresent() { return Hint(name: text(name), value: value) }
    if let value = literalValue(current) {
      advance()
      return Hint(name: text(name), value: value)
    }
    if at(.identifier), ["minInt", "maxInt"].contains(text(current)) {
      let isMinimum = text(advance()) == "minInt"
      return Hint(name: text(name), value: .int(isMinimum ? .min : .max))
    }
    unexpected(.literal)
    return nil
  }
}
