package import Engine
package import TraceQL

/// What a query asks for that the source does not have: a pure function of the query and of what is
/// known of the data.
package struct DataAdvice {
  package struct Warning: Equatable {
    package var range: SourceRange
    package var sentence: String

    package init(range: SourceRange, sentence: String) {
      self.range = range
      self.sentence = sentence
    }
  }

  /// Every attribute the source has.
  let names: Set<CompletionFacts.Name>
  /// Every value of a field, or nil if they are not known.
  let values: (Field) -> [Value]?

  /// Names and values compared with a misspelt one; a source may have very many.
  private static let candidatesMax = 20_000

  package init(names: Set<CompletionFacts.Name>, values: @escaping (Field) -> [Value]?) {
    self.names = names
    self.values = values
  }

  package func warnings(_ query: Query) -> [Warning] {
    var warnings: [Warning] = []
    query.forEachFieldExpression { expression in
      expression.forEachPart { part in
        if let warning = warning(part), !warnings.contains(warning) { warnings.append(warning) }
      }
    }
    return warnings
  }

  private func warning(_ part: FieldExpression) -> Warning? {
    switch part.kind {
    case .field(let field): return unknownName(field, at: part.range)
    case .binary(.compare(let comparison), let left, let right):
      if case .field(let field) = left.kind, case .literal(let literal) = right.kind {
        return unknownValue(field, comparison, literal, at: right.range)
      }
      if case .field(let field) = right.kind, case .literal(let literal) = left.kind {
        return unknownValue(field, comparison, literal, at: left.range)
      }
      return nil
    default: return nil
    }
  }

  // MARK: Names

  private func unknownName(_ field: Field, at range: SourceRange) -> Warning? {
    guard case .attribute(let attribute) = field, !names.isEmpty, !isKnown(attribute) else {
      return nil
    }
    let same = names.filter { $0.name == attribute.name }.map(\.scope).sorted()
    if let scope = same.first {
      let right = Attribute(Self.scope(scope), attribute.name).description
      return Warning(
        range: range,
        sentence: "no \(attribute.scope.place) here has '\(attribute.name)', "
          + "but \(Self.scope(scope).place)s have it; did you mean '\(right)'?")
    }
    let near = NearestName.of(
      attribute.name, among: Array(names.prefix(Self.candidatesMax).map(\.name)))
    var sentence = "nothing here has the attribute '\(field.description)'"
    let scopes = names.filter { $0.name == near }.map(\.scope).sorted()
    let own = scopes.first(where: attribute.scope.storedScopeNames.contains)
    if let near, let scope = own ?? scopes.first {
      let isFree = attribute.scope == .unscoped
      let right = Attribute(isFree ? .unscoped : Self.scope(scope), near).description
      sentence += "; did you mean '\(right)'?"
    }
    return Warning(range: range, sentence: sentence)
  }

  private func isKnown(_ attribute: Attribute) -> Bool {
    attribute.scope.storedScopeNames.contains {
      names.contains(.init(scope: $0, name: attribute.name))
    }
  }

  private static func scope(_ name: String) -> Attribute.Scope {
    switch name {
    case "resource": .resource
    case "event": .event
    case "link": .link
    case "instrumentation": .instrumentation
    default: .span
    }
  }

  // MARK: Values

  private func unknownValue(
    _ field: Field, _ comparison: ComparisonOperator, _ literal: Literal, at range: SourceRange
  ) -> Warning? {
    if case .attribute(let attribute) = field, !isKnown(attribute) { return nil }
    guard comparison != .notEqual, comparison != .notMatches, let known = values(field),
      !known.isEmpty
    else { return nil }
    let name = field.description
    guard known.contains(where: { $0.family == literal.family }) else {
      let types = Set(known.map(\.family.rawValue)).sorted().joined(separator: " or ")
      return Warning(
        range: range,
        sentence: "'\(name)' is \(types) here, never \(literal.family.rawValue)")
    }
    guard comparison == .equal, case .string(let wanted) = literal,
      !known.contains(.string(wanted))
    else { return nil }
    let texts = known.prefix(Self.candidatesMax).compactMap { value -> String? in
      guard case .string(let text) = value else { return nil }
      return text
    }
    var sentence = "no '\(name)' here is \(ValueText.quoted(wanted))"
    if let near = NearestName.of(wanted, among: texts) {
      sentence += "; did you mean \(ValueText.quoted(near))?"
    }
    return Warning(range: range, sentence: sentence)
  }
}

/// Types as far as comparing tells them apart.
private enum ValueFamily: String {
  case text, number, bool, keyword
}

extension Value {
  fileprivate var family: ValueFamily {
    switch self {
    case .string, .nil: .text
    case .int, .float, .duration: .number
    case .bool: .bool
    case .status, .kind: .keyword
    case .array(let elements): elements.first?.family ?? .text
    }
  }
}

extension Literal {
  fileprivate var family: ValueFamily {
    switch self {
    case .string: .text
    case .int, .float, .duration: .number
    case .bool: .bool
    case .status, .kind: .keyword
    }
  }
}

extension Attribute.Scope {
  fileprivate var storedScopeNames: [String] {
    switch self {
    case .unscoped, .parent: ["span", "resource"]
    case .span, .parentSpan: ["span"]
    case .resource, .parentResource: ["resource"]
    case .event: ["event"]
    case .link: ["link"]
    case .instrumentation: ["instrumentation"]
    }
  }

  fileprivate var place: String {
    switch self {
    case .resource, .parentResource: "resource"
    case .event: "event"
    case .link: "link"
    case .instrumentation: "instrumentation scope"
    default: "span"
    }
  }
}
