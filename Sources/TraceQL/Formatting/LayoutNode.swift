/// Lexemes by their brackets.
enum LayoutNode {
  case leaf(Lexeme)
  /// Braces or parentheses and what stands between.
  case group(open: Lexeme, [LayoutNode], close: Lexeme)

  /// The nodes of a query whose brackets match, as those of every query do.
  static func tree(_ lexemes: [Lexeme]) -> [LayoutNode] {
    var open: [(lexeme: Lexeme?, nodes: [LayoutNode], isHints: Bool)] = [(nil, [], false)]
    var previous: Lexeme?
    for var lexeme in lexemes {
      let top = open.count - 1
      switch lexeme.kind {
      case .leftBrace, .leftParen:
        open.append((lexeme, [], previous?.kind == .with))
      case .rightBrace, .rightParen:
        guard top > 0, let first = open[top].lexeme else {
          preconditionFailure("only queries that parse are laid out")
        }
        let nodes = open.removeLast().nodes
        open[top - 1].nodes.append(.group(open: first, nodes, close: lexeme))
      default:
        lexeme.isTight = open[top].isHints && lexeme.kind == .equal
        lexeme.isPrefix =
          lexeme.kind == .not || lexeme.kind == .minus && previous?.endsOperand != true
        open[top].nodes.append(.leaf(lexeme))
      }
      previous = lexeme
    }
    return open[0].nodes
  }

  var first: Lexeme {
    switch self {
    case .leaf(let lexeme), .group(let lexeme, _, _): lexeme
    }
  }

  var last: Lexeme {
    switch self {
    case .leaf(let lexeme), .group(_, _, let lexeme): lexeme
    }
  }

  /// How loosely an operator holds its operands: lines are broken at the loosest. Nil for others.
  var looseness: Int? {
    guard case .leaf(let lexeme) = self, !lexeme.isPrefix, !lexeme.isTight else { return nil }
    switch lexeme.kind {
    case .pipe, .with: return 7
    case .or: return 6
    case .and: return 5
    case .greater, .descendant, .less, .ancestor, .sibling, .notChild, .notDescendant, .notParent,
      .notAncestor, .notMatches, .unionChild, .unionDescendant, .unionParent, .unionAncestor,
      .unionSibling:
      return 4
    case .equal, .notEqual, .lessOrEqual, .greaterOrEqual, .matches: return 3
    case .plus, .minus: return 2
    case .star, .slash, .percent: return 1
    case .caret: return 0
    default: return nil
    }
  }

  var isComma: Bool {
    if case .leaf(let lexeme) = self { lexeme.kind == .comma } else { false }
  }
}

extension Lexeme {
  /// Whether an operator behind it has its left side.
  fileprivate var endsOperand: Bool {
    switch kind {
    case .rightParen, .rightBrace, .string, .integer, .float, .duration, .attributeName, .bareName,
      .identifier:
      true
    default: TokenKind.keywords[text] != nil
    }
  }

  /// Whether a parenthesis behind it belongs to it.
  private var isCallable: Bool {
    switch kind {
    case .with: false
    case .identifier: true
    default: TokenKind.keywords[text] != nil
    }
  }

  /// Whether a blank stands between two neighbours on one line.
  static func hasBlank(between left: Lexeme, and right: Lexeme) -> Bool {
    if left.kind.isScope || left.isPrefix || left.isTight || right.isTight { return false }
    switch (left.kind, right.kind) {
    case (.leftParen, _), (_, .rightParen), (_, .comma): return false
    case (_, .leftParen): return !left.isCallable
    default: return true
    }
  }
}

extension TokenKind {
  /// Whether a name must touch it.
  fileprivate var isScope: Bool {
    attributeScope != nil || Vocabulary.scopedIntrinsics(self) != nil
  }
}
