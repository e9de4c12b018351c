extension Parser {
  // ▷ pipeline = [ stages , "|" ] , scalar | stages ;
  // ▷ stages = firstStage , { "|" , stage } ;
  // ▷ wrapped = firstStage , "|" , stage , { "|" , stage } | scalarFilter | groupBy | select ;
  // ▷ metricsPipeline = stages , "|" , metricsFunction , { secondStage } ;
  // ▷ metricsExpression = metricsPipeline | metricsSum , { secondStage } ;
  /// Stages up to something that no pipeline has: the end, `)`, or `with`.
  mutating func parsePipeline() -> Operand {
    var builder = PipelineBuilder(start: current.range)
    repeat {
      parseStage(into: &builder)
      recover(at: [.pipe])
    } while !isRecovering && continuePipeline(&builder)
    return builder.operand(range: span(builder.range, previous.range))
  }

  /// The `|` before another stage.
  private mutating func continuePipeline(_ builder: inout PipelineBuilder) -> Bool {
    suggest(.tokens([.pipe]))
    guard let pipe = consume(.pipe) else { return false }
    if builder.endsInScalar {
      report(.scalarNotLast, at: pipe.range)
      isRecovering = false
    }
    builder.pipes.append(pipe.range)
    return true
  }

  // ▷ firstStage = spansetExpression | scalarFilter | fieldFilter | groupBy | select ;
  // ▷ stage = firstStage | coalesce ;
  // ▷ fieldFilter = field , ( fieldComparison , additive | equality , "nil" ) , { logical ,
  //   comparison } ;
  private mutating func parseStage(into builder: inout PipelineBuilder) {
    let token = current
    suggestStage(builder)
    if builder.series != nil, token.kind != .topk, token.kind != .bottomk {
      return unexpected(.tokens([.topk, .bottomk]))
    }
    switch token.kind {
    case .by: add(parseGroupBy(), from: token, to: &builder)
    case .coalesce:
      if builder.isEmpty {
        report(.coalesceFirst, at: token.range)
        isRecovering = false
      }
      add(parseCoalesce(), from: token, to: &builder)
    case .select: add(parseSelect(), from: token, to: &builder)
    case .topk, .bottomk:
      guard builder.series != nil else { return unexpected(.stage) }
      let stage = parseSecondStage()
      addSecondStage(stage, from: token, to: &builder)
    default:
      if token.kind.isMetricsFunction {
        if builder.isEmpty {
          report(.metricsFirst(token.kind.rawValue), at: token.range)
          isRecovering = false
        }
        return parseMetricsStage(into: &builder)
      }
      let operand = parseExpression(in: .pipeline, .stage)
      if !isRecovering { add(operand, to: &builder) }
    }
  }

  private mutating func add(_ stage: Stage, from token: Token, to builder: inout PipelineBuilder) {
    guard !isRecovering else { return }
    flushFirst(of: &builder)
    if builder.stages.isEmpty { builder.soleStage = span(from: token.range) }
    builder.stages.append(stage)
    if builder.stages.count > 1 { builder.soleStage = nil }
  }

  /// An expression in stage position. The first is kept as it is: alone, parentheses around it
  /// are only grouping.
  private mutating func add(_ operand: Operand, to builder: inout PipelineBuilder) {
    builder.height = max(builder.height, operand.height)
    if builder.isEmpty {
      if case .series(let expression) = operand.kind {
        builder.series = expression
      } else {
        builder.first = operand
      }
      return
    }
    flushFirst(of: &builder)
    if let wrapped = operand.wrapped { note(.wrappedPipeline, at: wrapped) }
    builder.stages += stages(of: operand)
    builder.soleStage = nil
    if case .series = operand.kind { unexpected(.stage) }
  }

  /// Turns the first expression into stages, because others follow.
  private mutating func flushFirst(of builder: inout PipelineBuilder) {
    guard let first = builder.first else { return }
    builder.first = nil
    builder.stages = stages(of: first)
    builder.soleStage = nil
    if first.wrapped != nil, let pipe = builder.pipes.first { note(.wrappedPipeline, at: pipe) }
  }

  /// What an expression is as a stage. A wrapped pipeline in stage position is just its stages.
  mutating func stages(of operand: Operand) -> [Stage] {
    if operand.isBroken { return [] }
    switch operand.kind {
    case .spanset(let expression): return [.spanset(expression)]
    case .pipeline(let pipeline), .scalarPipeline(let pipeline): return pipeline.stages
    case .scalar(let expression): return [.scalar(expression)]
    case .comparison(let filter): return [.scalarFilter(filter)]
    case .series: return []
    case .field(let expression):
      guard expression.hasField else {
        report(.noAggregate, at: operand.range)
        return []
      }
      let plain = SpansetExpression.filter(expression).description
      note(.fieldFilter(plain), at: operand.range)
      return [.fieldFilter(expression)]
    }
  }

  // MARK: Parentheses

  // ▷ spansetAtom = filter | "(" , spansetExpression , ")" | "(" , wrapped , ")" ;
  // ▷ scalarAtom = aggregate | "-" , scalarTerm | "(" , [ stages , "|" ] , scalar , ")" ;
  // ▷ constantAtom = INT | FLOAT | DURATION | "minInt" | "maxInt" | parameter | "-" ,
  //   constantTerm | "(" , constant , ")" ;
  // ▷ metricsAtom = "(" , metricsExpression , ")" ;
  // ▷ numericAtom = INT | FLOAT | parameter | "-" , numericTerm | "(" , numericSum , ")" ;
  /// Parentheses outside a filter hold any pipeline; what it is decides what they are.
  mutating func parseParenthesised() -> Operand {
    let open = advance()
    guard enter() else { return placeholder() }
    defer { leave() }
    let errorCount = syntaxErrorCount
    var inner = parsePipeline()
    recover(at: [.rightParen])
    guard expect(.rightParen, .closingParenthesis) != nil else { return placeholder() }
    inner.range = span(from: open.range)
    inner.isParenthesised = true
    if syntaxErrorCount > errorCount { return broken(inner.range) }
    switch inner.kind {
    case .comparison where inner.wrapped == nil: inner.wrapped = inner.range
    case .scalarPipeline(let pipeline):
      if case .scalar(.aggregate)? = pipeline.stages.last { break }
      note(.wrappedScalarArithmetic, at: start(of: previous.range))
    default: break
    }
    return inner
  }

  // MARK: Simple stages

  // ▷ groupBy = "by" , "(" , fieldExpression , { "," , fieldExpression } , ")" ;
  private mutating func parseGroupBy() -> Stage {
    let token = advance()
    var keys: [FieldExpression] = []
    var comma: SourceRange?
    inParentheses { parser in
      keys.append(parser.parseFieldExpression())
      while !parser.isRecovering, let token = parser.consume(.comma) {
        comma = comma ?? token.range
        keys.append(parser.parseFieldExpression())
      }
    }
    if let comma {
      let plain = keys.map { Stage.groupBy([$0]).description }.joined(separator: " | ")
      note(.severalGroupKeys(plain), at: comma)
    }
    if isRecovering && keys.isEmpty {
      keys = [FieldExpression(.field(.intrinsic(.name)), range: token.range)]
    }
    return .groupBy(keys)
  }

  // ▷ coalesce = "coalesce" , "(" , ")" ;
  private mutating func parseCoalesce() -> Stage {
    advance()
    inParentheses { _ in }
    return .coalesce
  }

  // ▷ select = "select" , "(" , field , { "," , field } , ")" ;
  private mutating func parseSelect() -> Stage {
    advance()
    var fields: [FieldExpression] = []
    inParentheses { parser in
      repeat {
        let field = parser.parseField()
        fields.append(FieldExpression(.field(field.0), range: field.1))
      } while !parser.isRecovering && parser.consume(.comma) != nil
    }
    return .select(fields)
  }

  /// `(` what `body` reads `)`, going on behind the closing one after a diagnostic in between.
  mutating func inParentheses(_ body: (inout Parser) -> Void) {
    guard expect(.leftParen) != nil, enter() else { return }
    body(&self)
    leave()
    recover(at: [.rightParen])
    expect(.rightParen)
  }
}
