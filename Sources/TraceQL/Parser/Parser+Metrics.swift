extension Parser {
  /// A metrics function and the comparisons that follow it directly.
  mutating func parseMetricsStage(into builder: inout PipelineBuilder) {
    let token = current
    let (function, groupBy) = parseMetricsFunction()
    guard !isRecovering else { return }
    var stages: [Stage] = builder.stages
    if let first = builder.first {
      if first.wrapped != nil, let pipe = builder.pipes.first { note(.wrappedPipeline, at: pipe) }
      stages = self.stages(of: first)
    }
    builder.first = nil
    builder.series = .series(
      MetricsPipeline(pipeline: Pipeline(stages: stages), function: function, groupBy: groupBy))
    parseComparisons(from: token, into: &builder)
  }

  // ▷ metricsComparison = comparisonOperator , ( numericSum | [ "-" ] , DURATION ) ;
  private mutating func parseComparisons(from start: Token, into builder: inout PipelineBuilder) {
    while !isRecovering {
      suggestInfix(after: Operand(.series(.constant(0)), start.range), above: .none, in: .pipeline)
      if case .arithmetic(let infix)? = InfixOperator(current.kind, in: .pipeline)?.meaning {
        return report(.unwrappedSeries(infix.rawValue), at: current.range)
      }
      guard let comparison = ComparisonOperator(rawValue: current.kind.rawValue),
        comparison != .matches, comparison != .notMatches
      else { return }
      let token = advance()
      let operand = parseExpression(above: .comparison, in: .pipeline, .constant)
      guard !isRecovering, !operand.isBroken else { return }
      guard let literal = constantLiteral(operand) else {
        return report(
          .mismatchedOperands(token.kind, .series, operand.operandClass), at: operand.range)
      }
      addSecondStage(.compare(comparison, literal), from: token, to: &builder)
    }
  }

  mutating func addSecondStage(
    _ stage: MetricsSecondStage, from token: Token, to builder: inout PipelineBuilder
  ) {
    guard let series = builder.series, !isRecovering else { return }
    if series.containsCompare {
      reportValue(.compareWithSecondStage, at: span(from: token.range))
    }
    builder.series = series.adding(stage)
    if token.kind == .topk || token.kind == .bottomk {
      parseComparisons(from: token, into: &builder)
    }
  }

  // ▷ secondStage = "|" , ( "topk" | "bottomk" ) , "(" , wholeNumber , ")" |
  //   metricsComparison ;
  mutating func parseSecondStage() -> MetricsSecondStage {
    let token = advance()
    var count: Int64 = 1
    inParentheses { parser in
      let range = parser.current.range
      guard let value = parser.parseInteger() else { return }
      count = value
      if value <= 0 { parser.reportValue(.limitNotPositive, at: range) }
    }
    return token.kind == .topk ? .top(count) : .bottom(count)
  }

  // ▷ wholeNumber = INT | parameter ;
  private mutating func parseInteger() -> Int64? {
    if !isRecovering, let (value, range) = parseParameterIfPresent() {
      if case .int(let value) = value { return value }
      let name = String(text(previous).dropFirst())
      reportValue(.parameterNotWhole(name, value: value.description), at: range)
      return 1
    }
    guard let token = expect(.integer), case .int(let value)? = literalValue(token) else {
      return nil
    }
    return value
  }

  // ▷ metricsFunction = ( "rate" | "count_over_time" ) , "(" , ")" , [ groupList ] | (
  //   "min_over_time" | "max_over_time" | "avg_over_time" | "sum_over_time" |
  //   "histogram_over_time" ) , "(" , field , ")" , [ groupList ] | "quantile_over_time" , "(" ,
  //   field , "," , rank , { "," , rank } , ")" , [ groupList ] | compare ;
  private mutating func parseMetricsFunction() -> (MetricsFunction, [Field]) {
    let token = advance()
    var function = MetricsFunction.rate
    if token.kind == .compare { return (parseCompare(), []) }
    inParentheses { parser in
      switch token.kind {
      case .rate: break
      case .countOverTime: function = .countOverTime
      case .quantileOverTime: function = parser.parseQuantiles()
      default:
        let field = parser.parseField().0
        function =
          switch token.kind {
          case .minOverTime: .minOverTime(field)
          case .maxOverTime: .maxOverTime(field)
          case .sumOverTime: .sumOverTime(field)
          case .averageOverTime: .averageOverTime(field)
          default: .histogramOverTime(field)
          }
      }
    }
    guard !isRecovering else { return (function, []) }
    suggest(.tokens([.by]))
    let groups = at(.by) ? parseGroupList(of: token.kind) : []
    return (function, groups)
  }

  private mutating func parseQuantiles() -> MetricsFunction {
    let field = parseField().0
    expect(.comma)
    var ranks = [parseRank()]
    while !isRecovering, consume(.comma) != nil { ranks.append(parseRank()) }
    return .quantileOverTime(field, ranks)
  }

  // ▷ groupList = "by" , "(" , field , { "," , field } , ")" ;
  private mutating func parseGroupList(of function: TokenKind) -> [Field] {
    let token = advance()
    var fields: [Field] = []
    inParentheses { parser in
      repeat {
        let field = parser.parseField()
        fields.append(field.0)
        if field.0 == .intrinsic(.parent), !parser.isRecovering {
          parser.reportValue(.bareParent, at: field.1)
        }
      } while !parser.isRecovering && parser.consume(.comma) != nil
    }
    let limit =
      switch function {
      case .quantileOverTime, .histogramOverTime, .averageOverTime: 4
      default: 5
      }
    if fields.count > limit { note(.manyMetricsGroups(fields.count), at: span(from: token.range)) }
    return fields
  }

  // ▷ compare = "compare" , "(" , filter , [ "," , wholeNumber , [ "," , wholeNumber , "," ,
  //   wholeNumber ] ] , ")" ;
  private mutating func parseCompare() -> MetricsFunction {
    var filter = FieldExpression(.literal(.bool(true)))
    var numbers: [(Int64, SourceRange)] = []
    inParentheses { parser in
      guard parser.at(.leftBrace) else { return parser.unexpected(.tokens([.leftBrace])) }
      filter = parser.parseFilter().0
      while !parser.isRecovering, numbers.count < 3 {
        if numbers.count == 2 {
          parser.expect(.comma)
        } else if parser.consume(.comma) == nil {
          guard parser.at(.rightParen) else {
            return parser.unexpected(.tokens([.rightParen, .comma]))
          }
          return
        }
        let range = parser.current.range
        if let value = parser.parseInteger() { numbers.append((value, range)) }
      }
    }
    checkCompare(numbers)
    return .compare(
      filter, topN: numbers.first?.0, startNanoseconds: numbers.count > 2 ? numbers[1].0 : nil,
      endNanoseconds: numbers.count > 2 ? numbers[2].0 : nil)
  }

  private mutating func checkCompare(_ numbers: [(Int64, SourceRange)]) {
    guard let top = numbers.first, !isRecovering else { return }
    if !(1...1_000).contains(top.0) { reportValue(.compareTopOutOfRange, at: top.1) }
    guard numbers.count > 2 else { return }
    let (start, end) = (numbers[1], numbers[2])
    let range = span(start.1, end.1)
    if (start.0 == 0) != (end.0 == 0) || min(start.0, end.0) < 0 {
      reportValue(.compareTimestamps, at: range)
    } else if start.0 != 0, end.0 <= start.0 {
      reportValue(.compareEndNotAfterStart, at: range)
    }
  }
}
