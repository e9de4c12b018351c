extension Parser {
  // ▷ primary = prefix | group | literal | field ;
  mutating func parseOperand(
    above floor: BindingPower, in place: Place, _ expected: Expected
  ) -> Operand {
    guard !isRecovering else { return placeholder() }
    suggestOperand(in: place, expected, above: floor)
    switch current.kind {
    case .minus, .not: return parsePrefix(in: place)
    case .leftParen:
      return place == .filter ? parseGroup() : parseParenthesised()
    case .leftBrace where place == .pipeline: return parseFilterOperand()
    case .nil where floor < .comparison: return parseNilComparison(in: place)
    case .count, .avg, .max, .min, .sum:
      if place == .pipeline { return parseAggregateOperand() }
    case .identifier:
      if let call = parseIdentifier(in: place, expected) { return call }
      return placeholder()
    default:
      if let literal = parseLiteralIfPresent() { return literal }
      if let field = parseFieldIfPresent() {
        return Operand(.field(FieldExpression(.field(field.0), range: field.1)), field.1)
      }
      if isRecovering { return placeholder() }
    }
    unexpected(expected)
    return placeholder()
  }

  // ▷ prefix = ( "-" | "!" ) , product ;
  /// A prefix operator takes a whole product: `-a * 2` is `-(a * 2)`.
  private mutating func parsePrefix(in place: Place) -> Operand {
    let token = advance()
    guard enter() else { return placeholder() }
    defer { leave() }
    let inner = parseExpression(above: .additive, in: place)
    guard !isRecovering, !inner.isBroken else { return placeholder() }
    let range = span(token.range, inner.range)
    var result = inner
    result.range = range
    result.isParenthesised = false
    result.height += 1
    switch inner.kind {
    case .field(let expression):
      let isMinus = token.kind == .minus
      result.kind = .field(
        FieldExpression(isMinus ? .negate(expression) : .not(expression), range: range))
      if !isMinus { result.isConstant = false }
    case .scalar(let scalar) where token.kind == .minus:
      note(.negatedAggregate, at: inner.range)
      result.kind = .scalar(.negate(scalar))
    case .scalarPipeline(let pipeline) where token.kind == .minus:
      note(.negatedAggregate, at: inner.range)
      result.kind = .scalar(.negate(.pipeline(pipeline)))
    case .series(let expression) where token.kind == .minus:
      result.kind = .series(expression.negated)
      if inner.isParenthesised { note(.negatedAggregate, at: inner.range) }
    default:
      report(.mismatchedOperands(token.kind, inner.operandClass, inner.operandClass), at: range)
    }
    return result
  }

  // ▷ group = "(" , fieldExpression , ")" ;
  /// Parentheses inside a filter.
  private mutating func parseGroup() -> Operand {
    let open = advance()
    guard enter() else { return placeholder() }
    defer { leave() }
    var inner = parseExpression(in: .filter)
    recover(at: [.rightParen])
    guard expect(.rightParen, .closingParenthesis) != nil else { return placeholder() }
    inner.range = span(from: open.range)
    inner.isParenthesised = true
    return inner
  }

  private mutating func parseFilterOperand() -> Operand {
    let filter = parseFilter()
    var operand = Operand(.spanset(.filter(filter.0)), filter.1)
    operand.height = fieldHeight + 1
    return operand
  }

  // ▷ filter = "{" , [ fieldExpression ] , "}" ;
  mutating func parseFilter() -> (FieldExpression, SourceRange) {
    let open = advance()
    var expression = FieldExpression(.literal(.bool(true)), range: open.range)
    guard enter() else { return (expression, open.range) }
    defer { leave() }
    fieldHeight = 1
    if at(.rightBrace) {
      expression.range = span(open.range, current.range)
    } else {
      expression = parseFieldExpression()
      recover(at: [.rightBrace])
    }
    expect(.rightBrace, .closingBrace)
    return (expression, span(from: open.range))
  }

  /// An identifier is `minInt`, `maxInt`, the extension `quantile(…)`, or a mistake.
  private mutating func parseIdentifier(in place: Place, _ expected: Expected) -> Operand? {
    let token = current
    let name = text(token)
    let isCall = next.kind == .leftParen
    if name == "minInt" || name == "maxInt" {
      advance()
      var operand = literal(.int(name == "minInt" ? .min : .max), token.range)
      operand.constantExtension = token.range
      return operand
    } else if name == "quantile", isCall, place == .pipeline {
      return parseAggregateOperand()
    }
    suggest(expected)
    if isCall {
      report(
        .unknownFunction(
          name, nearest: SpellingAdvice.nearest(to: name, among: SpellingAdvice.stageWords)),
        at: token.range)
    } else {
      report(unknownIdentifier(name, isInFilter: place == .filter), at: token.range)
    }
    return nil
  }

  func unknownIdentifier(_ name: String, isInFilter: Bool) -> DiagnosticCode {
    var words = SpellingAdvice.filterWords
    if !isInFilter { words += SpellingAdvice.stageWords }
    let nearest = SpellingAdvice.nearest(to: name, among: words)
    return .unknownIdentifier(name, nearest: nearest, isInFilter: isInFilter)
  }

  // ▷ literal = STRING | INT | FLOAT | DURATION | "true" | "false" | status | kind | "minInt" |
  //   "maxInt" | parameter ;
  // ▷ status = "ok" | "error" | "unset" ;
  // ▷ kind = "unspecified" | "internal" | "server" | "client" | "producer" | "consumer" ;
  mutating func parseLiteralIfPresent() -> Operand? {
    if let (value, range) = parseParameterIfPresent() {
      return literal(value, range)
    }
    guard let value = literalValue(current) else { return nil }
    let token = advance()
    return literal(value, token.range)
  }

  private func literal(_ value: Literal, _ range: SourceRange) -> Operand {
    var operand = Operand(.field(FieldExpression(.literal(value), range: range)), range)
    switch value {
    case .int, .float: operand.isConstant = true
    case .duration:
      operand.isConstant = true
      operand.isDuration = true
    default: break
    }
    return operand
  }

  /// The value of a literal token; nil for any other token.
  func literalValue(_ token: Token) -> Literal? {
    switch token.kind {
    case .string: return .string(Lexer.string(spelledBy: bytes[token.range.range]))
    case .integer: return Int64(text(token)).map { .int($0) }
    case .float: return Double(text(token)).map { .float($0) }
    case .duration:
      return DurationText.nanoseconds(bytes[token.range.range]).map { .duration($0) }
    case .true: return .bool(true)
    case .false: return .bool(false)
    case .unset: return .status(.unset)
    case .ok: return .status(.ok)
    case .error: return .status(.error)
    case .unspecified: return .kind(.unspecified)
    case .internal: return .kind(.internal)
    case .server: return .kind(.server)
    case .client: return .kind(.client)
    case .producer: return .kind(.producer)
    case .consumer: return .kind(.consumer)
    default: return nil
    }
  }
}
