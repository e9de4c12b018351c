/// An infix operator as its token spells it.
struct InfixOperator {
  enum Meaning {
    case logical(FieldOperator, SpansetOperator)
    /// `>` compares numbers and relates spansets; either may be missing.
    case relation(ComparisonOperator?, SpansetOperator?)
    case arithmetic(ArithmeticOperator)
  }

  var meaning: Meaning
  var power: BindingPower

  // ▷ logical = "&&" | "||" ;
  // ▷ structuralOperator = ">" | ">>" | "<" | "<<" | "~" | "!>" | "!>>" | "!<" | "!<<" | "!~" |
  //   "&>" | "&>>" | "&<" | "&<<" | "&~" ;
  // ▷ comparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=" ;
  // ▷ fieldComparison = comparisonOperator | "=~" | "!~" ;
  // ▷ equality = "=" | "!=" ;
  // ▷ sign = "+" | "-" ;
  // ▷ factor = "*" | "/" | "%" ;
  // ▷ ratio = "*" | "/" ;
  /// The operator a token is in `place`; nil when it is none.
  init?(_ kind: TokenKind, in place: Place) {
    switch kind {
    case .and: self.init(.logical(.and, .and), .logical)
    case .or: self.init(.logical(.or, .or), .logical)
    case .plus: self.init(.arithmetic(.add), .additive)
    case .minus: self.init(.arithmetic(.subtract), .additive)
    case .star: self.init(.arithmetic(.multiply), .product)
    case .slash: self.init(.arithmetic(.divide), .product)
    case .percent: self.init(.arithmetic(.modulo), .product)
    case .caret: self.init(.arithmetic(.power), .power)
    default:
      guard kind.isRelation else { return nil }
      let comparison = ComparisonOperator(rawValue: kind.rawValue)
      let structural = place == .pipeline ? SpansetOperator(rawValue: kind.rawValue) : nil
      guard comparison != nil || structural != nil else { return nil }
      self.init(.relation(comparison, structural), .comparison)
    }
  }

  private init(_ meaning: Meaning, _ power: BindingPower) {
    self.meaning = meaning
    self.power = power
  }

  /// What the right operand must bind tighter than; only `^` groups to the right.
  var rightFloor: BindingPower { power == .power ? .product : power }
}

extension TokenKind {
  /// Operators that compare values or relate spans.
  var isRelation: Bool {
    switch self {
    case .equal, .notEqual, .matches, .notMatches, .less, .lessOrEqual, .ancestor, .greater,
      .greaterOrEqual, .descendant, .sibling, .notChild, .notDescendant, .notParent, .notAncestor,
      .unionChild, .unionDescendant, .unionParent, .unionAncestor, .unionSibling:
      true
    default: false
    }
  }

  var isEquality: Bool { self == .equal || self == .notEqual }
}
