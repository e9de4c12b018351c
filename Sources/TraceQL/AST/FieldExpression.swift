/// An expression over the fields of one span, and where it stands in the source.
///
/// Two expressions are equal when they mean the same; where they stand does not count.
package struct FieldExpression: Sendable, Equatable {
  package indirect enum Kind: Sendable, Equatable {
    case literal(Literal)
    case field(Field)
    /// Prefix `-`.
    case negate(FieldExpression)
    /// Prefix `!`.
    case not(FieldExpression)
    case binary(FieldOperator, FieldExpression, FieldExpression)
    /// `x = nil`.
    case isNil(FieldExpression)
    /// `x != nil`.
    case isNotNil(FieldExpression)
  }

  package var kind: Kind
  package var range: SourceRange

  package init(_ kind: Kind, range: SourceRange = .none) {
    self.kind = kind
    self.range = range
  }

  package static func == (a: FieldExpression, b: FieldExpression) -> Bool { a.kind == b.kind }
}

package enum FieldOperator: Sendable, Equatable {
  case and, or
  case compare(ComparisonOperator)
  case arithmetic(ArithmeticOperator)
}

package enum ComparisonOperator: String, Sendable, CaseIterable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case matches = "=~"
  case notMatches = "!~"
}

package enum ArithmeticOperator: String, Sendable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case modulo = "%"
  case power = "^"
}

/// Something a span, or what belongs to it, may have a value for.
package enum Field: Sendable, Hashable {
  case attribute(Attribute)
  case intrinsic(Intrinsic)
}

package struct Attribute: Sendable, Hashable {
  package enum Scope: Sendable, Hashable, CaseIterable {
    /// `.x`: span, then resource.
    case unscoped
    case span, resource, event, link, instrumentation
    /// `parent.x` (unscoped on the parent span), `parent.span.x`, `parent.resource.x`.
    case parent, parentSpan, parentResource
  }

  package var scope: Scope
  package var name: String

  package init(_ scope: Scope, _ name: String) {
    self.scope = scope
    self.name = name
  }
}

/// Built-in fields; raw values are the canonical spelling.
package enum Intrinsic: String, Sendable, CaseIterable {
  case duration, name, status, statusMessage, kind
  case spanID = "span:id"
  case parentID = "span:parentID"
  case childCount = "span:childCount"
  case traceDuration, rootName, rootServiceName
  case traceID = "trace:id"
  case eventName = "event:name"
  case eventTimeSinceStart = "event:timeSinceStart"
  case linkTraceID = "link:traceID"
  case linkSpanID = "link:spanID"
  case instrumentationName = "instrumentation:name"
  case instrumentationVersion = "instrumentation:version"
  case nestedSetLeft, nestedSetRight, nestedSetParent
  /// Bare `parent`: nil for a span without a parent in the trace.
  case parent
}
