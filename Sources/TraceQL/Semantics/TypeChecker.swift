/// Finds operands that do not go together, and computes constant parts on the way.
struct TypeChecker {
  private(set) var diagnostics: [Diagnostic] = []
  private var errorCount = 0

  private mutating func report(_ code: DiagnosticCode, at range: SourceRange) {
    diagnostics.append(Diagnostic(code, at: range))
    errorCount += 1
  }

  private mutating func note(_ form: UnsupportedForm, at range: SourceRange) {
    diagnostics.append(Diagnostic(.unsupportedByTempo(form), at: range, severity: .note))
  }

  // MARK: Queries

  mutating func check(_ query: Query) -> Query {
    var result = query
    switch query.body {
    case .pipeline(let pipeline): result.body = .pipeline(check(pipeline))
    case .metrics(let expression): result.body = .metrics(check(expression))
    }
    return result
  }

  private mutating func check(_ pipeline: Pipeline) -> Pipeline {
    Pipeline(stages: pipeline.stages.map { check($0) })
  }

  private mutating func check(_ stage: Stage) -> Stage {
    switch stage {
    case .spanset(let expression): return .spanset(check(expression))
    case .scalarFilter(let filter):
      return .scalarFilter(
        ScalarFilter(
          left: check(filter.left), comparison: filter.comparison, right: check(filter.right)))
    case .scalar(let expression): return .scalar(check(expression))
    case .fieldFilter(let expression): return .fieldFilter(checkFilter(expression))
    case .groupBy(let keys):
      return .groupBy(
        keys.map { key in
          let checked = check(key)
          if !checked.hasField { report(.groupWithoutField("by(\(checked))"), at: key.range) }
          return checked
        })
    case .coalesce: return .coalesce
    case .select(let fields): return .select(fields.map { check($0) })
    }
  }

  private mutating func check(_ expression: SpansetExpression) -> SpansetExpression {
    switch expression {
    case .filter(let filter): return .filter(checkFilter(filter))
    case .pipeline(let pipeline): return .pipeline(check(pipeline))
    case .operation(let infix, let left, let right):
      let left = check(left)
      return .operation(infix, left, check(right))
    }
  }

  private mutating func check(_ expression: ScalarExpression) -> ScalarExpression {
    switch expression {
    case .literal: return expression
    case .aggregate(let aggregate): return .aggregate(check(aggregate))
    case .negate(let inner): return .negate(check(inner))
    case .pipeline(let pipeline): return .pipeline(check(pipeline))
    case .binary(let infix, let left, let right):
      let left = check(left)
      return .binary(infix, left, check(right))
    }
  }

  private mutating func check(_ aggregate: Aggregate) -> Aggregate {
    guard let argument = aggregate.argument else { return aggregate }
    let checked = check(argument)
    let result = aggregate.replacingArgument(with: checked)
    if !checked.type.isNumericOrDynamic {
      report(.aggregateNotNumeric(result.description), at: argument.range)
    } else if !checked.hasField {
      report(.aggregateWithoutField(result.description), at: argument.range)
    }
    return result
  }

  private mutating func check(_ expression: MetricsExpression) -> MetricsExpression {
    switch expression {
    case .constant: return expression
    case .staged(let inner, let stages): return .staged(check(inner), stages)
    case .binary(let infix, let left, let right):
      let left = check(left)
      return .binary(infix, left, check(right))
    case .series(var pipeline):
      pipeline.pipeline = check(pipeline.pipeline)
      if case .compare(let filter, let topN, let start, let end) = pipeline.function {
        pipeline.function = .compare(
          checkFilter(filter), topN: topN, startNanoseconds: start, endNanoseconds: end)
      }
      return .series(pipeline)
    }
  }

  // MARK: Field expressions

  private mutating func checkFilter(_ expression: FieldExpression) -> FieldExpression {
    let errorsBefore = errorCount
    let checked = check(expression)
    if errorCount == errorsBefore, !checked.type.isBooleanOrDynamic {
      report(.notBoolean(checked.description), at: expression.range)
    }
    return checked
  }

  private mutating func check(_ expression: FieldExpression) -> FieldExpression {
    var result = expression
    let errorsBefore = errorCount
    switch expression.kind {
    case .literal: return expression
    case .field(let field):
      if field == .intrinsic(.parent) { report(.bareParent, at: expression.range) }
      if case .attribute(let attribute) = field, attribute.scope.isParent {
        note(.parentScope, at: expression.range)
      }
      return expression
    case .negate(let inner):
      let inner = check(inner)
      result.kind = .negate(inner)
      if errorCount == errorsBefore, !inner.type.isNumericOrDynamic {
        report(.illegalOperand(result.description), at: expression.range)
      }
    case .not(let inner):
      let inner = check(inner)
      result.kind = .not(inner)
      if errorCount == errorsBefore, !inner.type.isBooleanOrDynamic {
        report(.illegalOperand(result.description), at: expression.range)
      }
    case .isNil(let inner):
      result.kind = .isNil(checkNilTest(inner, isNil: true))
    case .isNotNil(let inner):
      result.kind = .isNotNil(checkNilTest(inner, isNil: false))
    case .binary(let infix, let left, let right):
      let left = check(left)
      let right = check(right)
      result.kind = .binary(infix, left, right).withPlainTraceID
      if errorCount == errorsBefore { checkOperands(left, infix, right, of: result) }
    }
    return errorCount == errorsBefore ? ConstantFolding.foldedNode(result) : result
  }

  /// What may be compared with nil: no intrinsic (but `parent`) and no service name can be nil.
  private mutating func checkNilTest(_ inner: FieldExpression, isNil: Bool) -> FieldExpression {
    guard case .field(let field) = inner.kind else { return check(inner) }
    switch field {
    case .intrinsic(.parent):
      note(.parentIntrinsic, at: inner.range)
      return inner
    case .intrinsic, .attribute(Attribute(.resource, "service.name")):
      if isNil { report(.nilIntrinsic(field.description), at: inner.range) }
      return inner
    default: return check(inner)
    }
  }

  private mutating func checkOperands(
    _ left: FieldExpression, _ infix: FieldOperator, _ right: FieldExpression,
    of expression: FieldExpression
  ) {
    let range = expression.range
    let types = (left.type, right.type)
    guard types.0.isCompatible(with: types.1) else {
      return report(.operandTypes(expression.description), at: range)
    }
    guard types.0.allows(infix), types.1.allows(infix) else {
      return report(.illegalOperands(expression.description), at: range)
    }
    guard infix == .compare(.matches) || infix == .compare(.notMatches) else { return }
    guard case .string(let pattern)? = right.literal else {
      return report(.patternNotLiteral(expression.description), at: right.range)
    }
    if let fault = PatternSyntax.fault(in: pattern) {
      report(.invalidPattern(pattern, fault), at: right.range)
    }
  }
}

extension FieldExpression.Kind {
  /// A string compared directly with `trace:id` loses its leading zeros, as IDs do in Tempo.
  fileprivate var withPlainTraceID: Self {
    guard case .binary(.compare(let comparison), let left, let right) = self,
      comparison != .matches, comparison != .notMatches
    else { return self }
    if case .field(.intrinsic(.traceID)) = left.kind {
      return .binary(.compare(comparison), left, right.withoutLeadingZeros)
    }
    if case .field(.intrinsic(.traceID)) = right.kind {
      return .binary(.compare(comparison), left.withoutLeadingZeros, right)
    }
    return self
  }
}

extension FieldExpression {
  fileprivate var withoutLeadingZeros: FieldExpression {
    guard case .string(let text)? = literal, text.utf8.first == UInt8(ascii: "0") else {
      return self
    }
    let rest = text.drop { $0 == "0" }
    return FieldExpression(.literal(.string(String(rest))), range: range)
  }
}

extension Attribute.Scope {
  /// Whether the value is looked up on the parent span.
  package var isParent: Bool {
    switch self {
    case .parent, .parentSpan, .parentResource: true
    case .unscoped, .span, .resource, .event, .link, .instrumentation: false
    }
  }
}

extension Aggregate {
  /// The expression aggregated; nil for `count()`.
  package var argument: FieldExpression? {
    switch self {
    case .count: nil
    case .sum(let inner), .average(let inner), .minimum(let inner), .maximum(let inner),
      .quantile(let inner, _):
      inner
    }
  }

  /// The same aggregate of another expression.
  func replacingArgument(with expression: FieldExpression) -> Aggregate {
    switch self {
    case .count: .count
    case .sum: .sum(expression)
    case .average: .average(expression)
    case .minimum: .minimum(expression)
    case .maximum: .maximum(expression)
    case .quantile(_, let rank): .quantile(expression, rank)
    }
  }
}
