/// What is legal and probably not meant. Payloads are canonical text.
package enum LintWarning: Sendable, Equatable {
  /// A condition that no span satisfies.
  case alwaysFalse(String)
  case alwaysTrue(String)
  /// Two conditions that exclude each other.
  case contradiction(String, String)
  /// Two alternatives of which one always holds.
  case tautology(String, String)
  /// Two conditions on an attribute that only an array satisfies.
  case onlyArraysMatch(String, String)
  /// A count is never less than 1: empty span sets are gone by then.
  case countIsPositive(String, holds: Bool)
  /// An attribute is compared with a status or kind, which attributes never are.
  case keywordOnAttribute(String, intrinsic: String?)
  case attributeForIntrinsic(String, intrinsic: String)
  /// A number is compared with text; the payload is the plain spelling where there is one.
  case numberAsText(String, plain: String)
  case patternOnNumber(String)
  case wrongScope(String, better: String)
  /// `better` is empty where the name tells nothing.
  case unscopedName(String, better: String)
  case literalPattern(String, plain: String)
  case patternMatchesAll(String, plain: String)
  case redundantAnchors(String)
  case notHexadecimal(String)
  /// Spans without the attribute satisfy neither `=` nor `!=`.
  case missingNotMatched(String, absent: String)
  case missingUnit(String)
  case repeatedCondition(String)
  case divisionByZero(String)
  case coalesceWithoutGroups
  case groupPerSpan(String)
  case unknownHint(String, nearest: String?)
  case hintType(String, expected: String)

  // MARK: What Tempo does otherwise; only with its dialect
  case tempoNegation(String)
  case tempoAfterSelect(String)
  case tempoIdentifier(String)
}

extension LintWarning {
  /// The name of the warning, the same from version to version.
  package var name: String {
    switch self {
    case .alwaysFalse, .contradiction: "always-false"
    case .alwaysTrue, .tautology: "always-true"
    case .onlyArraysMatch: "only-arrays-match"
    case .countIsPositive: "count-is-positive"
    case .keywordOnAttribute: "types-never-match"
    case .attributeForIntrinsic: "attribute-for-intrinsic"
    case .numberAsText: "number-as-text"
    case .patternOnNumber: "pattern-on-number"
    case .wrongScope: "wrong-scope"
    case .unscopedName: "unscoped-name"
    case .literalPattern: "literal-pattern"
    case .patternMatchesAll: "pattern-matches-all"
    case .redundantAnchors: "redundant-anchors"
    case .notHexadecimal: "not-hexadecimal"
    case .missingNotMatched: "missing-not-matched"
    case .missingUnit: "missing-unit"
    case .repeatedCondition: "repeated-condition"
    case .divisionByZero: "division-by-zero"
    case .coalesceWithoutGroups: "coalesce-without-groups"
    case .groupPerSpan: "group-per-span"
    case .unknownHint: "unknown-hint"
    case .hintType: "hint-type"
    case .tempoNegation: "tempo-negation"
    case .tempoAfterSelect: "tempo-after-select"
    case .tempoIdentifier: "tempo-identifier"
    }
  }
}
