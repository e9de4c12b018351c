/// Single comparisons and single values.
extension QueryLint {
  /// Names in an expression, and arithmetic that has no value.
  mutating func checkValue(_ expression: FieldExpression) {
    switch expression.kind {
    case .literal: break
    case .field(let field): checkName(field, expression.range)
    case .negate(let inner), .not(let inner), .isNil(let inner), .isNotNil(let inner):
      checkValue(inner)
    case .binary(let infix, let left, let right):
      checkValue(left)
      checkValue(right)
      guard right.literal == .int(0) || right.literal == .duration(0) else { return }
      if infix == .arithmetic(.divide) || infix == .arithmetic(.modulo) {
        warn(.divisionByZero(expression.description), at: expression.range)
      }
    }
  }

  private mutating func checkName(_ field: Field, _ range: SourceRange) {
    guard case .attribute(let attribute) = field, isNew(field) else { return }
    let name = attribute.name
    if let intrinsic = AttributeLore.intrinsic(for: attribute) {
      return warn(.attributeForIntrinsic(field.description, intrinsic: intrinsic), at: range)
    }
    let usual = AttributeLore.usualScope(of: name)
    let better = usual.map { Attribute($0, name).description } ?? ""
    switch attribute.scope {
    case .unscoped: warn(.unscopedName(field.description, better: better), at: range)
    case .span where name == "service.name":
      warn(.wrongScope(field.description, better: better), at: range)
    case .resource where usual == .span:
      warn(.wrongScope(field.description, better: better), at: range)
    default: break
    }
  }

  mutating func checkComparison(_ expression: FieldExpression) {
    guard let test = FieldTest(expression) else { return }
    let text = expression.description
    if case .attribute(let attribute) = test.field {
      switch test.literal {
      case .status, .kind:
        let known = AttributeLore.intrinsic(for: attribute)
        let intrinsic = known.map { "\($0) \(test.comparison.rawValue) \(test.literal)" }
        return warn(.keywordOnAttribute(text, intrinsic: intrinsic), at: expression.range)
      case .string(let value): checkNumber(attribute, value, test, expression)
      default: break
      }
    }
    checkUnit(test, expression)
    checkIdentifier(test, expression)
    if test.comparison == .matches || test.comparison == .notMatches {
      checkPattern(test, expression)
    }
  }

  private mutating func checkNumber(
    _ attribute: Attribute, _ value: String, _ test: FieldTest, _ expression: FieldExpression
  ) {
    guard AttributeLore.isNumber(attribute.name) else { return }
    if test.comparison == .matches || test.comparison == .notMatches {
      warn(.patternOnNumber(expression.description), at: expression.range)
    } else if Int64(value) != nil {
      let plain = "\(test.field) \(test.comparison.rawValue) \(value)"
      warn(.numberAsText(expression.description, plain: plain), at: expression.range)
    }
  }

  /// `duration > 100`: nanoseconds, which few people mean.
  private mutating func checkUnit(_ test: FieldTest, _ expression: FieldExpression) {
    guard case .intrinsic(let intrinsic) = test.field, intrinsic.type == .duration,
      case .binary(_, let left, let right) = expression.kind
    else { return }
    let operand = left.literal == nil ? right : left
    let written = text(operand.range)
    let isPlain = written.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
    guard isPlain, written != "0", !written.isEmpty else { return }
    warn(.missingUnit(written), at: operand.range)
  }

  private mutating func checkIdentifier(_ test: FieldTest, _ expression: FieldExpression) {
    guard case .intrinsic(let intrinsic) = test.field, case .string(let value) = test.literal,
      [.traceID, .spanID, .parentID, .linkTraceID, .linkSpanID].contains(intrinsic),
      test.comparison == .equal || test.comparison == .notEqual
    else { return }
    let isHex = value.utf8.allSatisfy {
      $0.isDigit || (UInt8(ascii: "a")...102).contains($0 | 0x20)
    }
    if !isHex {
      warn(.notHexadecimal(expression.description), at: expression.range)
    } else if dialect == .tempo {
      let isWhole = intrinsic == .traceID || intrinsic == .linkTraceID || value.utf8.count == 16
      if !isWhole || value != value.lowercased() {
        warn(.tempoIdentifier(expression.description), at: expression.range)
      }
    }
  }

  private mutating func checkPattern(_ test: FieldTest, _ expression: FieldExpression) {
    guard case .string(let pattern) = test.literal else { return }
    let text = expression.description
    let negated = test.comparison == .notMatches
    var inner = pattern[...]
    if inner.first == "^" { inner = inner.dropFirst() }
    if inner.last == "$" { inner = inner.dropLast() }
    if PatternSyntax.isPlainText(String(inner)) {
      let plain = "\(test.field) \(negated ? "!=" : "=") \(Literal.string(String(inner)))"
      warn(.literalPattern(text, plain: plain), at: expression.range)
    } else if inner == ".*" {
      let plain = negated ? "\(test.field) = nil" : "\(test.field) != nil"
      warn(.patternMatchesAll(text, plain: plain), at: expression.range)
    } else if inner.count < pattern.count, PatternSyntax.fault(in: String(inner)) == nil,
      !inner.contains("|"), inner.last != "\\"
    {
      warn(.redundantAnchors(text), at: expression.range)
    }
  }
}
