extension Parser {
  // ▷ aggregate = "count" , "(" , ")" | ( "avg" | "max" | "min" | "sum" ) , "(" ,
  //   fieldExpression , ")" | "quantile" , "(" , fieldExpression , "," , rank , ")" ;
  mutating func parseAggregateOperand() -> Operand {
    let token = advance()
    var aggregate = Aggregate.count
    fieldHeight = 0
    inParentheses { parser in
      switch token.kind {
      case .count: break
      case .avg: aggregate = .average(parser.parseFieldExpression())
      case .max: aggregate = .maximum(parser.parseFieldExpression())
      case .min: aggregate = .minimum(parser.parseFieldExpression())
      case .sum: aggregate = .sum(parser.parseFieldExpression())
      default: aggregate = parser.parseQuantile(token)
      }
    }
    guard !isRecovering else { return placeholder() }
    var operand = Operand(.scalar(.aggregate(aggregate)), span(from: token.range))
    operand.height = fieldHeight + 1
    return operand
  }

  /// The arguments of the extension `quantile(expression, rank)`.
  private mutating func parseQuantile(_ token: Token) -> Aggregate {
    let argument = parseFieldExpression()
    note(.quantile, at: token.range)
    expect(.comma)
    let rank = parseRank()
    return .quantile(argument, rank)
  }

  // ▷ rank = INT | FLOAT | parameter ;
  /// A number from 0 to 1.
  mutating func parseRank() -> Double {
    suggest(.tokens([.integer, .float]))
    if !isRecovering, let (value, range) = parseParameterIfPresent() {
      return rank(value, at: range)
    }
    let token = current
    guard !isRecovering, token.kind == .integer || token.kind == .float,
      let rank = literalValue(token)?.asDouble
    else {
      unexpected(.tokens([.integer, .float]))
      return 0
    }
    advance()
    if rank > 1 { reportValue(.quantileOutOfRange(rank), at: token.range) }
    return rank
  }

  /// The value of a parameter as a rank.
  private mutating func rank(_ value: Literal, at range: SourceRange) -> Double {
    switch value {
    case .int, .float:
      let rank = value.asDouble
      if !(0...1).contains(rank) { reportValue(.quantileOutOfRange(rank), at: range) }
      return rank
    case .duration, .string, .bool, .status, .kind:
      report(.unexpected(.parameter, text: value.description, .tokens([.float])), at: range)
      return 0
    }
  }
}
