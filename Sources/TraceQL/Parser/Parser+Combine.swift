extension Parser {
  /// Two operands and what stands between them, as the kind of expression they make together.
  mutating func combine(
    _ left: Operand, _ infix: InfixOperator, _ token: Token, _ right: Operand
  ) -> Operand {
    if left.isBroken || right.isBroken {
      return broken(span(left.range, right.range))
    }
    let combined: Operand? =
      switch infix.meaning {
      case .logical(let field, let spanset):
        combineFields(left, field, right) ?? combineSpansets(left, spanset, right)
      case .relation(let comparison, let structural):
        combineRelation(left, comparison, structural, right)
      case .arithmetic(let arithmetic):
        combineFields(left, .arithmetic(arithmetic), right)
          ?? combineScalars(left, arithmetic, right)
          ?? combineSeries(left, arithmetic, token, right)
      }
    guard var combined else {
      reportMismatch(left, token, right)
      return left
    }
    combined.height = max(left.height, right.height) + 1
    return combined
  }

  /// What stands for an expression with an unreadable part.
  func broken(_ range: SourceRange) -> Operand {
    var operand = Operand(
      .field(FieldExpression(.literal(.bool(true)), range: range)), range)
    operand.isBroken = true
    return operand
  }

  private mutating func combineRelation(
    _ left: Operand, _ comparison: ComparisonOperator?, _ structural: SpansetOperator?,
    _ right: Operand
  ) -> Operand? {
    if let comparison, let operand = combineFields(left, .compare(comparison), right) {
      return operand
    }
    if let structural, let operand = combineSpansets(left, structural, right) { return operand }
    guard let comparison, comparison != .matches, comparison != .notMatches else { return nil }
    return compareScalars(left, comparison, right) ?? compareSeries(left, comparison, right)
  }

  // MARK: Fields

  private func combineFields(
    _ left: Operand, _ infix: FieldOperator, _ right: Operand
  ) -> Operand? {
    guard case .field(let a) = left.kind, case .field(let b) = right.kind else { return nil }
    let range = span(left.range, right.range)
    var result = Operand(.field(FieldExpression(.binary(infix, a, b), range: range)), range)
    if case .arithmetic(let arithmetic) = infix, left.isConstant, right.isConstant {
      result.isConstant = true
      let isExtension =
        arithmetic == .modulo || arithmetic == .power || left.isDuration || right.isDuration
      result.constantExtension =
        left.constantExtension ?? right.constantExtension ?? (isExtension ? right.range : nil)
    }
    return result
  }

  // MARK: Spansets

  private mutating func combineSpansets(
    _ left: Operand, _ infix: SpansetOperator, _ right: Operand
  ) -> Operand? {
    guard let a = spanset(left), let b = spanset(right) else { return nil }
    if left.wrapped != nil {
      if !right.isParenthesised { note(.wrappedPipeline, at: start(of: right.range)) }
    } else if let wrapped = right.wrapped {
      note(.wrappedPipeline, at: wrapped)
    }
    var result = Operand(.spanset(.operation(infix, a, b)), span(left.range, right.range))
    result.wrapped = left.wrapped ?? right.wrapped
    result.isParenthesised = left.isParenthesised && right.isParenthesised
    return result
  }

  private func spanset(_ operand: Operand) -> SpansetExpression? {
    switch operand.kind {
    case .spanset(let expression): expression
    case .pipeline(let pipeline): .pipeline(pipeline)
    case .comparison(let filter) where operand.isParenthesised:
      .pipeline(Pipeline(stages: [.scalarFilter(filter)]))
    default: nil
    }
  }

  /// The first byte of a range, for diagnostics about what starts there.
  func start(of range: SourceRange) -> SourceRange {
    SourceRange(Int(range.lowerBound)..<Int(range.lowerBound) + 1)
  }

  // MARK: Scalars

  private mutating func combineScalars(
    _ left: Operand, _ infix: ArithmeticOperator, _ right: Operand
  ) -> Operand? {
    guard isScalar(left) || isScalar(right), let a = scalar(left), let b = scalar(right) else {
      return nil
    }
    if (left.wrapped == nil) != (right.wrapped == nil) {
      note(.mixedScalars, at: left.wrapped != nil ? start(of: right.range) : mixPoint(right))
    }
    var result = Operand(.scalar(.binary(infix, a, b)), span(left.range, right.range))
    result.wrapped = left.wrapped ?? right.wrapped
    return result
  }

  private mutating func compareScalars(
    _ left: Operand, _ comparison: ComparisonOperator, _ right: Operand
  ) -> Operand? {
    guard isScalar(left) || isScalar(right), let a = scalar(left), let b = scalar(right) else {
      return nil
    }
    let range = span(left.range, right.range)
    if left.wrapped != nil, right.wrapped == nil, !right.isConstant {
      note(.mixedScalars, at: start(of: right.range))
    } else if left.wrapped == nil, right.wrapped != nil {
      note(.mixedScalars, at: mixPoint(right))
    }
    let filter = ScalarFilter(left: a, comparison: comparison, right: b)
    if case .aggregate = a {
      if !right.isConstant { note(.scalarRightSide, at: range) }
    } else {
      note(.scalarLeftSide(filter.mirroredText), at: range)
    }
    var result = Operand(.comparison(filter), range)
    result.wrapped = left.wrapped ?? right.wrapped
    return result
  }

  private func mixPoint(_ operand: Operand) -> SourceRange {
    operand.wrapped.map { start(of: $0) } ?? start(of: operand.range)
  }

  /// A number that is no constant.
  private func isScalar(_ operand: Operand) -> Bool {
    switch operand.kind {
    case .scalar, .scalarPipeline: true
    default: false
    }
  }

  /// The operand as a number computed from spansets; nil when it is none.
  mutating func scalar(_ operand: Operand) -> ScalarExpression? {
    switch operand.kind {
    case .scalar(let expression): return expression
    case .scalarPipeline(let pipeline): return .pipeline(pipeline)
    case .field(let expression) where operand.isConstant:
      if let range = operand.constantExtension { note(.constantArithmetic, at: range) }
      return constant(ConstantFolding.folded(expression))
    default: return nil
    }
  }

  /// A folded constant; what cannot be folded keeps its shape.
  private mutating func constant(_ expression: FieldExpression) -> ScalarExpression? {
    switch expression.kind {
    case .literal(let literal): return .literal(literal)
    case .negate(let inner): return constant(inner).map { .negate($0) }
    case .binary(.arithmetic(let infix), let left, let right):
      if infix == .divide || infix == .modulo, case .literal(let divisor) = right.kind,
        divisor.isZero
      {
        reportValue(.divisionByZero, at: right.range)
      }
      guard let a = constant(left), let b = constant(right) else { return nil }
      return .binary(infix, a, b)
    default: return nil
    }
  }

  // MARK: Series

  private mutating func combineSeries(
    _ left: Operand, _ infix: ArithmeticOperator, _ token: Token, _ right: Operand
  ) -> Operand? {
    guard left.isSeries || right.isSeries, left.isSeries || left.isConstant,
      right.isSeries || right.isConstant
    else { return nil }
    let range = span(left.range, right.range)
    if infix == .modulo || infix == .power {
      report(.metricsOperator(infix.rawValue), at: token.range)
    }
    if left.isDuration || right.isDuration {
      reportValue(
        .durationInMetricsArithmetic, at: left.isDuration ? left.range : right.range)
    }
    guard let a = series(left), let b = series(right) else { return left }
    if a.containsCompare || b.containsCompare { reportValue(.compareWithSecondStage, at: range) }
    return Operand(.series(.binary(infix, a, b)), range)
  }

  private mutating func series(_ operand: Operand) -> MetricsExpression? {
    if case .series(let expression) = operand.kind { return expression }
    return constantLiteral(operand).map { .constant($0.asDouble) }
  }

  /// A constant of the metrics language, folded; nil after a diagnostic.
  mutating func constantLiteral(_ operand: Operand) -> Literal? {
    guard case .field(let expression) = operand.kind, operand.isConstant else { return nil }
    let folded = ConstantFolding.folded(expression)
    if let range = operand.constantExtension {
      guard !expression.containsDuration else {
        reportValue(.durationInMetricsArithmetic, at: operand.range)
        return .int(0)
      }
      note(.constantArithmetic, at: range)
    }
    if case .literal(let literal) = folded.kind { return literal }
    let errorCount = diagnostics.count
    if constant(folded) != nil, diagnostics.count == errorCount {
      report(.metricsOperator("^"), at: operand.range)
      return nil
    }
    return .int(0)
  }

  private mutating func compareSeries(
    _ left: Operand, _ comparison: ComparisonOperator, _ right: Operand
  ) -> Operand? {
    guard case .series(let expression) = left.kind, right.isConstant else { return nil }
    let range = span(left.range, right.range)
    guard let literal = constantLiteral(right) else { return left }
    if expression.containsCompare { reportValue(.compareWithSecondStage, at: range) }
    return Operand(.series(expression.adding(.compare(comparison, literal))), range)
  }

  // MARK: What does not go together

  private mutating func reportMismatch(_ left: Operand, _ token: Token, _ right: Operand) {
    let classes = (left.operandClass, right.operandClass)
    switch classes {
    case (.series, .spans) where right.isParenthesised:
      let end = Int(right.range.upperBound)
      return report(
        .unexpected(.rightParen, text: ")", .tokens([.pipe])), at: SourceRange(end - 1..<end))
    case (.number, .field), (.series, .field), (.constant, .field):
      return report(.mismatchedOperands(token.kind, classes.0, classes.1), at: right.range)
    case (.comparison, _), (_, .comparison):
      return report(.comparisonAsOperand, at: token.range)
    default:
      return report(.mismatchedOperands(token.kind, classes.0, classes.1), at: token.range)
    }
  }
}

extension Operand {
  var isSeries: Bool {
    if case .series = kind { return true }
    return false
  }
}
