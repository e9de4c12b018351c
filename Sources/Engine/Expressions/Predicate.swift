import TraceQL

/// A filter expression in the shape it is evaluated: two-valued, tests on single fields apart from
/// everything else.
indirect enum Predicate: Sendable {
  case constant(Bool)
  /// `field op literal`: one pass over a column.
  case test(Field, LiteralTest)
  case isNil(Field)
  case isNotNil(Field)
  case and([Predicate])
  case or([Predicate])
  /// Complement: right because every predicate is true or false, never nil.
  case not(Predicate)
  /// Anything else, value by value.
  case compare(ComparisonOperator, ValueExpression, ValueExpression)
  /// Whether a value is present at all.
  case valueIsNil(ValueExpression)
  /// A value that must be boolean true.
  case truth(ValueExpression)

  /// Fields this predicate reads, duplicates included.
  var fields: [Field] {
    switch self {
    case .constant: []
    case .test(let field, _), .isNil(let field), .isNotNil(let field): [field]
    case .and(let parts), .or(let parts): parts.flatMap(\.fields)
    case .not(let inner): inner.fields
    case .compare(_, let left, let right): left.fields + right.fields
    case .valueIsNil(let value), .truth(let value): value.fields
    }
  }

  var usesEvents: Bool { fields.contains(where: \.isOfEvent) }
  var usesLinks: Bool { fields.contains(where: \.isOfLink) }

  /// The parts that must all hold.
  var conjuncts: [Predicate] {
    if case .and(let parts) = self { return parts.flatMap(\.conjuncts) }
    return [self]
  }
}

/// An expression that gives a value.
indirect enum ValueExpression: Sendable {
  case literal(Value)
  case field(Field)
  case negate(ValueExpression)
  /// `!x`: nil unless x is a boolean.
  case not(ValueExpression)
  case arithmetic(ArithmeticOperator, ValueExpression, ValueExpression)
  case predicate(Predicate)
  /// Text as IDs are equal by: lower case, without leading zeros (traceql.md 5.4).
  case identifier(ValueExpression)

  var fields: [Field] {
    switch self {
    case .literal: []
    case .field(let field): [field]
    case .negate(let inner), .not(let inner), .identifier(let inner): inner.fields
    case .arithmetic(_, let left, let right): left.fields + right.fields
    case .predicate(let predicate): predicate.fields
    }
  }
}

extension Field {
  var isOfEvent: Bool {
    switch self {
    case .attribute(let attribute): attribute.scope == .event
    case .intrinsic(let intrinsic): intrinsic == .eventName || intrinsic == .eventTimeSinceStart
    }
  }

  var isOfLink: Bool {
    switch self {
    case .attribute(let attribute): attribute.scope == .link
    case .intrinsic(let intrinsic): intrinsic == .linkTraceID || intrinsic == .linkSpanID
    }
  }

  var isOfParent: Bool {
    guard case .attribute(let attribute) = self else { return false }
    switch attribute.scope {
    case .parent, .parentSpan, .parentResource: return true
    default: return false
    }
  }

  /// The same field looked up on the parent span itself.
  var withoutParent: Field {
    guard case .attribute(let attribute) = self else { return self }
    switch attribute.scope {
    case .parent: return .attribute(Attribute(.unscoped, attribute.name))
    case .parentSpan: return .attribute(Attribute(.span, attribute.name))
    case .parentResource: return .attribute(Attribute(.resource, attribute.name))
    default: return self
    }
  }

  /// `parent.duration`: the intrinsic meant where the parent has no attribute of that name.
  var parentIntrinsic: Intrinsic? {
    guard case .attribute(let attribute) = self, attribute.scope == .parent else { return nil }
    switch attribute.name {
    case "duration", "name", "status", "statusMessage", "kind", "traceDuration", "rootName",
      "rootServiceName", "nestedSetLeft", "nestedSetRight", "nestedSetParent":
      return Intrinsic(rawValue: attribute.name)
    default: return nil
    }
  }
}
