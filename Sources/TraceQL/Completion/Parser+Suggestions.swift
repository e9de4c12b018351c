/// Notes of what the grammar allows at the end of the input. They cost one comparison while
/// nobody asks.
extension Parser {
  private var isAsked: Bool {
    expectations != nil && !isRecovering && current.kind == .endOfInput
  }

  private mutating func add(_ expectation: Expectation) { expectations?.append(expectation) }

  mutating func suggest(_ expected: Expected) {
    guard isAsked else { return }
    switch expected {
    case .tokens(let kinds): add(kinds)
    case .intrinsic(let kinds): add(.intrinsics(kinds.map(\.rawValue)))
    case .hintName: add(.hintNames(Vocabulary.hintNames))
    case .literal, .constant:
      add(.number)
      if expected == .literal {
        add(.string)
        add(.keywords(Vocabulary.literalWords))
      }
    case .spanset, .wrappedPipeline: add(.punctuation(["{", "("]))
    case .scalar:
      add(.number)
      add(.functions(Vocabulary.aggregates))
      add(.punctuation(["("]))
    case .field: suggestFields()
    case .closingBrace: add(.punctuation(["}"]))
    case .closingParenthesis: add(.punctuation([")"]))
    case .endOfQuery, .operand, .stage: break
    }
  }

  private mutating func add(_ kinds: [TokenKind]) {
    for kind in kinds {
      switch kind {
      case .integer, .float: add(.number)
      case .identifier: break
      case .topk, .bottomk: add(.functions([kind.rawValue]))
      case .by, .with: add(.keywords([kind.rawValue]))
      case .equal, .notEqual: add(.operators([kind.rawValue]))
      default: add(.punctuation([kind.rawValue]))
      }
    }
  }

  /// What may start an operand.
  mutating func suggestOperand(in place: Place, _ expected: Expected, above floor: BindingPower) {
    guard isAsked else { return }
    switch expected {
    case .operand, .stage:
      if place == .filter || expected == .operand { suggestValues(above: floor) }
    default: suggest(expected)
    }
  }

  private mutating func suggestValues(above floor: BindingPower) {
    if let field = comparedField {
      add(.values(field))
      switch field {
      case .intrinsic(.status): add(.keywords(Vocabulary.statusWords))
      case .intrinsic(.kind): add(.keywords(Vocabulary.kindWords))
      case .intrinsic(let intrinsic) where intrinsic.type == .string: add(.string)
      case .intrinsic: add(.number)
      case .attribute:
        add(.string)
        add(.number)
        add(.keywords(Vocabulary.literalWords))
      }
      if floor == .comparison { add(.keywords(["nil"])) }
    } else {
      add(.string)
      add(.number)
      add(.keywords(Vocabulary.literalWords))
    }
    suggestFields()
    add(.operators(["-", "!"]))
    add(.punctuation(["("]))
  }

  mutating func suggestFields() {
    guard isAsked else { return }
    add(.intrinsics(Vocabulary.intrinsics + Vocabulary.scopedIntrinsics))
    add(.scopes(Vocabulary.scopes))
    add(.attributeNames(.unscoped))
  }

  mutating func suggestAttributeNames(_ scope: Attribute.Scope) {
    guard isAsked else { return }
    add(.attributeNames(scope))
  }

  /// Operators that may follow an operand.
  mutating func suggestInfix(after left: Operand, above floor: BindingPower, in place: Place) {
    guard isAsked else { return }
    let fitting = TokenKind.operators.filter { kind in
      guard let infix = InfixOperator(kind, in: place), infix.power > floor else { return false }
      return left.operandClass.takes(infix)
    }
    if !fitting.isEmpty { add(.operators(fitting.map(\.rawValue).sorted())) }
  }

  /// What may start a stage.
  mutating func suggestStage(_ builder: PipelineBuilder) {
    guard isAsked else { return }
    if builder.series != nil { return add(.functions(Vocabulary.secondStages)) }
    add(.punctuation(["{", "("]))
    add(.functions(Vocabulary.aggregates))
    if builder.isEmpty {
      add(.stages(["by", "select"]))
    } else {
      add(.stages(Vocabulary.stages))
      add(.functions(Vocabulary.metricsFunctions))
      suggestFields()
    }
  }
}

extension OperandClass {
  /// Whether an operator may follow an operand of the class.
  fileprivate func takes(_ infix: InfixOperator) -> Bool {
    switch (self, infix.meaning) {
    case (.spans, .logical), (.spans, .relation(_, .some)): true
    case (.field, .relation(.some, _)), (.field, .logical), (.field, .arithmetic): true
    case (.constant, .relation(.some, _)), (.constant, .arithmetic): true
    case (.number, .relation(.some(let comparison), _)): !comparison.isPattern
    case (.number, .arithmetic): true
    case (.series, .relation(.some(let comparison), _)): !comparison.isPattern
    case (.series, .arithmetic(let arithmetic)): arithmetic != .modulo && arithmetic != .power
    default: false
    }
  }
}

extension ComparisonOperator {
  /// `=~` and `!~`.
  package var isPattern: Bool { self == .matches || self == .notMatches }
}
