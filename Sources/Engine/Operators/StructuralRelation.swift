import TraceQL

/// How two spans of a tree can be related.
enum StructuralRelation {
  case child, descendant, parent, ancestor, sibling

  /// If a is `self` of b, then b is `inverse` of a.
  var inverse: StructuralRelation {
    switch self {
    case .child: .parent
    case .descendant: .ancestor
    case .parent: .child
    case .ancestor: .descendant
    case .sibling: .sibling
    }
  }
}

/// What of the related spans a structural operator returns.
enum StructuralForm { case related, unrelated, both }

extension SpansetOperator {
  /// nil for `&&` and `||`.
  var structure: (relation: StructuralRelation, form: StructuralForm)? {
    switch self {
    case .and, .or: nil
    case .child: (.child, .related)
    case .descendant: (.descendant, .related)
    case .parent: (.parent, .related)
    case .ancestor: (.ancestor, .related)
    case .sibling: (.sibling, .related)
    case .notChild: (.child, .unrelated)
    case .notDescendant: (.descendant, .unrelated)
    case .notParent: (.parent, .unrelated)
    case .notAncestor: (.ancestor, .unrelated)
    case .notSibling: (.sibling, .unrelated)
    case .unionChild: (.child, .both)
    case .unionDescendant: (.descendant, .both)
    case .unionParent: (.parent, .both)
    case .unionAncestor: (.ancestor, .both)
    case .unionSibling: (.sibling, .both)
    }
  }
}
