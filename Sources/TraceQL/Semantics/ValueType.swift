/// What is known about a value before any span is seen.
package enum ValueType: Sendable, Equatable {
  case int, float, duration, string, bool, status, kind, `nil`
  /// An attribute: anything.
  case dynamic

  var isNumeric: Bool { self == .int || self == .float || self == .duration }
  var isNumericOrDynamic: Bool { isNumeric || self == .dynamic }
  var isBooleanOrDynamic: Bool { self == .bool || self == .dynamic }

  /// Whether values of both types may stand on the two sides of an operator.
  func isCompatible(with other: ValueType) -> Bool {
    self == other || self == .dynamic || other == .dynamic || self == .nil || other == .nil
      || isNumeric && other.isNumeric
  }

  /// Whether a value of the type may be an operand of `infix`.
  func allows(_ infix: FieldOperator) -> Bool {
    if self == .dynamic { return true }
    switch infix {
    case .and, .or: return self == .bool
    case .arithmetic: return isNumeric
    case .compare(let comparison):
      switch comparison {
      case .equal, .notEqual: return true
      case .less, .lessOrEqual, .greater, .greaterOrEqual: return isNumeric || self == .string
      case .matches, .notMatches: return self == .string
      }
    }
  }
}

extension Literal {
  package var type: ValueType {
    switch self {
    case .int: .int
    case .float: .float
    case .duration: .duration
    case .string: .string
    case .bool: .bool
    case .status: .status
    case .kind: .kind
    }
  }
}

extension Intrinsic {
  package var type: ValueType {
    switch self {
    case .duration, .traceDuration, .eventTimeSinceStart: .duration
    case .name, .statusMessage, .spanID, .parentID, .rootName, .rootServiceName, .traceID,
      .eventName, .linkTraceID, .linkSpanID:
      .string
    case .status: .status
    case .kind: .kind
    case .childCount, .nestedSetLeft, .nestedSetRight, .nestedSetParent: .int
    case .instrumentationName, .instrumentationVersion: .dynamic
    case .parent: .nil
    }
  }
}

extension FieldExpression {
  /// The implied type: what the expression gives if it gives anything.
  package var type: ValueType {
    switch kind {
    case .literal(let literal): return literal.type
    case .field(.attribute): return .dynamic
    case .field(.intrinsic(let intrinsic)): return intrinsic.type
    case .negate(let inner), .not(let inner): return inner.type
    case .isNil, .isNotNil: return .bool
    case .binary(.arithmetic, let left, let right):
      let type = left.type
      return type == .dynamic ? right.type : type
    case .binary: return .bool
    }
  }
}
