/// What a token is. The raw value is its spelling, or its name where the spelling varies.
package enum TokenKind: String, Sendable, CaseIterable {
  // MARK: Tokens whose text varies
  case endOfInput = "$end"
  /// Where reading stopped because of a lexical error.
  case invalid = "INVALID"
  /// A character that starts no token.
  case unknown = "UNKNOWN"
  case identifier = "IDENTIFIER"
  /// A word that touches a dot and is no scope: `service.name`.
  case bareName = "BARE_NAME"
  /// What follows a dot token; may be empty.
  case attributeName = "END_ATTRIBUTE"
  case string = "STRING"
  case integer = "INTEGER"
  case float = "FLOAT"
  case duration = "DURATION"
  /// `$name`.
  case parameter = "PARAMETER"

  // MARK: Punctuation and operators
  case leftBrace = "{"
  case rightBrace = "}"
  case leftParen = "("
  case rightParen = ")"
  case comma = ","
  case pipe = "|"
  case or = "||"
  case and = "&&"
  case equal = "="
  case notEqual = "!="
  case matches = "=~"
  case notMatches = "!~"
  case less = "<"
  case lessOrEqual = "<="
  case ancestor = "<<"
  case greater = ">"
  case greaterOrEqual = ">="
  case descendant = ">>"
  case sibling = "~"
  case not = "!"
  case notChild = "!>"
  case notDescendant = "!>>"
  case notParent = "!<"
  case notAncestor = "!<<"
  case unionChild = "&>"
  case unionDescendant = "&>>"
  case unionParent = "&<"
  case unionAncestor = "&<<"
  case unionSibling = "&~"
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case percent = "%"
  case caret = "^"

  // MARK: Scopes
  case dot = "."
  case spanDot = "span."
  case resourceDot = "resource."
  case eventDot = "event."
  case linkDot = "link."
  case instrumentationDot = "instrumentation."
  case parentDot = "parent."
  case parentSpanDot = "parent.span."
  case parentResourceDot = "parent.resource."
  case spanColon = "span:"
  case traceColon = "trace:"
  case eventColon = "event:"
  case linkColon = "link:"
  case instrumentationColon = "instrumentation:"

  // MARK: Keywords
  case `true`, `false`, `nil`
  case ok, error, unset
  case unspecified, `internal`, server, client, producer, consumer
  case durationWord = "duration"
  case name, status, statusMessage, kind, parent, rootName, rootServiceName, traceDuration
  case nestedSetLeft, nestedSetRight, nestedSetParent
  case childCount, rootService, id, traceID, spanID, parentID, timeSinceStart, version
  case count, avg, max, min, sum, by, coalesce, select, with
  case rate
  case countOverTime = "count_over_time"
  case minOverTime = "min_over_time"
  case maxOverTime = "max_over_time"
  case averageOverTime = "avg_over_time"
  case sumOverTime = "sum_over_time"
  case quantileOverTime = "quantile_over_time"
  case histogramOverTime = "histogram_over_time"
  case compare, topk, bottomk
}

extension TokenKind {
  /// Reserved words by their spelling.
  static let keywords: [String: TokenKind] = {
    var words: [String: TokenKind] = [:]
    var isKeyword = false
    for kind in allCases {
      if kind == .true { isKeyword = true }
      if isKeyword { words[kind.rawValue] = kind }
    }
    return words
  }()

  /// Words that make a dot token when a dot touches them.
  static let dotScopes: [String: TokenKind] = [
    "span": .spanDot, "resource": .resourceDot, "event": .eventDot, "link": .linkDot,
    "instrumentation": .instrumentationDot, "parent": .parentDot,
  ]

  /// Words that make a colon token when a colon touches them.
  static let colonScopes: [String: TokenKind] = [
    "span": .spanColon, "trace": .traceColon, "event": .eventColon, "link": .linkColon,
    "instrumentation": .instrumentationColon,
  ]

  /// Operators of up to three bytes, longest first.
  package static let operators: [TokenKind] = {
    let range = allCases.drop { $0 != .leftBrace }.prefix { $0 != .dot }
    return range.sorted { $0.rawValue.utf8.count > $1.rawValue.utf8.count }
  }()

  /// Whether the kind is a scope that an attribute name must touch.
  var isDotScope: Bool { self == .dot || attributeScope != nil && self != .dot }

  /// The scope a dot token stands for.
  var attributeScope: Attribute.Scope? {
    switch self {
    case .dot: .unscoped
    case .spanDot: .span
    case .resourceDot: .resource
    case .eventDot: .event
    case .linkDot: .link
    case .instrumentationDot: .instrumentation
    case .parentDot: .parent
    case .parentSpanDot: .parentSpan
    case .parentResourceDot: .parentResource
    default: nil
    }
  }
}
