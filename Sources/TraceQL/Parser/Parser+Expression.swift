extension Parser {
  // ▷ spansetExpression = structural , { logical , structural } ;
  // ▷ structural = spansetAtom , { structuralOperator , spansetAtom } ;
  // ▷ scalarFilter = scalar , comparisonOperator , ( scalar | constant ) | constant ,
  //   comparisonOperator , scalar ;
  // ▷ scalar = [ constantTerm , sign ] , scalarTerm , { sign , ( scalarTerm | constantTerm ) } ;
  // ▷ scalarTerm = [ constantPower , factor ] , scalarPower , { factor , ( scalarPower |
  //   constantPower ) } ;
  // ▷ scalarPower = scalarAtom , [ "^" , ( scalarPower | constantPower ) ] ;
  // ▷ constant = constantTerm , { sign , constantTerm } ;
  // ▷ constantTerm = constantPower , { factor , constantPower } ;
  // ▷ constantPower = constantAtom , [ "^" , constantPower ] ;
  // ▷ fieldExpression = comparison , { logical , comparison } ;
  // ▷ comparison = ( additive | nilComparison ) , { fieldComparison , additive | equality ,
  //   "nil" } ;
  // ▷ additive = product , { sign , product } ;
  // ▷ product = power , { factor , power } ;
  // ▷ power = primary , [ "^" , power ] ;
  // ▷ metricsSum = [ numericTerm , sign ] , metricsTerm , { sign , ( metricsTerm | numericTerm )
  //   } ;
  // ▷ metricsTerm = [ numericAtom , ratio ] , metricsAtom , { ratio , ( metricsAtom |
  //   numericAtom ) } ;
  // ▷ numericSum = numericTerm , { sign , numericTerm } ;
  // ▷ numericTerm = numericAtom , { ratio , numericAtom } ;
  /// The one loop over infix operators; see `BindingPower`.
  mutating func parseExpression(
    above floor: BindingPower = .none, in place: Place, _ expected: Expected = .operand
  ) -> Operand {
    var left = parseOperand(above: floor, in: place, expected)
    while !isRecovering {
      suggestInfix(after: left, above: floor, in: place)
      guard let infix = InfixOperator(current.kind, in: place), infix.power > floor else { break }
      let token = advance()
      if token.kind.isEquality, at(.nil) {
        left = finishNilTest(left, token)
        continue
      }
      guard let right = parseRight(of: infix, after: left, in: place) else { break }
      left = combine(left, infix, token, right)
      if left.height > ParserLimits.heightMax {
        report(.tooManyOperators(limit: ParserLimits.heightMax), at: token.range)
      }
    }
    return left
  }

  /// The operand on the right; nil after a diagnostic.
  private mutating func parseRight(
    of infix: InfixOperator, after left: Operand, in place: Place
  ) -> Operand? {
    // `^` groups to the right, so a chain of it is nesting.
    let isNested = infix.power == .power
    guard !isNested || enter() else { return nil }
    let outer = comparedField
    comparedField = left.field(comparedBy: infix)
    let right = parseExpression(
      above: infix.rightFloor, in: place, expectedOperand(after: left, infix))
    comparedField = outer
    if isNested { leave() }
    return isRecovering ? nil : right
  }

  /// A filter's expression: everything is a field here.
  mutating func parseFieldExpression() -> FieldExpression {
    let operand = parseExpression(in: .filter)
    fieldHeight = operand.height
    return fieldExpression(operand)
  }

  func fieldExpression(_ operand: Operand) -> FieldExpression {
    if case .field(let expression) = operand.kind { return expression }
    precondition(isRecovering, "only fields are parsed inside a filter")
    return FieldExpression(.literal(.bool(true)), range: operand.range)
  }

  /// What may follow an operator, by what stands before it.
  private func expectedOperand(after left: Operand, _ infix: InfixOperator) -> Expected {
    switch left.kind {
    case .spanset, .pipeline: left.wrapped == nil ? .spanset : .wrappedPipeline
    case .scalar, .scalarPipeline: .scalar
    case .series: infix.power == .comparison ? .constant : .scalar
    default: .operand
    }
  }

  /// What stands in for an operand that could not be read.
  func placeholder() -> Operand {
    broken(current.range)
  }

  // MARK: nil

  /// `x = nil`, with the current token at `nil`.
  private mutating func finishNilTest(_ left: Operand, _ token: Token) -> Operand {
    let word = advance()
    if left.isBroken { return left }
    guard case .field(let tested) = left.kind else {
      report(
        .mismatchedOperands(token.kind, left.operandClass, .field), at: token.range)
      return left
    }
    let test = nilTest(tested, token.kind, range: span(left.range, word.range))
    return finishNil(test, height: left.height + 1)
  }

  // ▷ nilComparison = "nil" , equality , ( additive | "nil" ) ;
  mutating func parseNilComparison(in place: Place) -> Operand {
    let word = advance()
    guard current.kind.isEquality else {
      unexpected(.tokens([.equal, .notEqual]))
      return placeholder()
    }
    let token = advance()
    if at(.nil) {
      let last = advance()
      let range = span(word.range, last.range)
      return finishNil(FieldExpression(.literal(.bool(false)), range: range), height: 1)
    }
    let right = parseExpression(above: .comparison, in: place)
    guard !isRecovering, !right.isBroken else { return placeholder() }
    guard case .field(let tested) = right.kind else {
      report(.mismatchedOperands(token.kind, .field, right.operandClass), at: token.range)
      return placeholder()
    }
    let range = span(word.range, right.range)
    return finishNil(nilTest(tested, token.kind, range: range), height: right.height + 1)
  }

  private func nilTest(
    _ tested: FieldExpression, _ token: TokenKind, range: SourceRange
  ) -> FieldExpression {
    FieldExpression(token == .equal ? .isNil(tested) : .isNotNil(tested), range: range)
  }

  /// Nothing that binds tighter than a comparison may follow a nil test.
  private mutating func finishNil(_ test: FieldExpression, height: Int) -> Operand {
    if let infix = InfixOperator(current.kind, in: .filter), infix.power > .comparison {
      unexpected(.closingBrace)
    }
    var operand = Operand(.field(test), test.range)
    operand.height = height
    return operand
  }
}

extension Operand {
  /// The field whose values an operator compares with, if the operand is one.
  func field(comparedBy infix: InfixOperator) -> Field? {
    guard case .relation(.some, _) = infix.meaning, case .field(let expression) = kind,
      case .field(let field) = expression.kind
    else { return nil }
    return field
  }
}
