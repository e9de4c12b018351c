extension SpanTree {
  /// Siblings that look alike, shown as one line.
  package struct Fold: Sendable, Equatable {
    /// Indices of the spans, the first one stands for all.
    package var spans: [Int]
    /// Spans below them, which are not shown.
    package var hiddenCount: Int
  }

  /// Fewer alike are all shown.
  private static let foldedMin = 4

  /// The tree with similar siblings folded: those of one service and name, without an error in or
  /// below them. Folds are by index of the node that stands for them.
  package func folding(_ spans: [WaterfallSpan]) -> (tree: SpanTree, folds: [Int: Fold]) {
    let ends = subtreeEnds()
    let hasError = errorsBelow(spans, ends)
    var groups: [FoldKey: [Int]] = [:]
    var parents: [Int] = []
    for (index, node) in nodes.enumerated() {
      parents.removeLast(max(0, parents.count - node.depth))
      if node.place == .child, !hasError[index], let parent = parents.last {
        let span = spans[node.span]
        groups[.init(parent: parent, service: span.service, name: span.name), default: []]
          .append(index)
      }
      parents.append(index)
    }
    var standsFor: [Int: [Int]] = [:]
    var isHidden = [Bool](repeating: false, count: nodes.count)
    for members in groups.values where members.count >= Self.foldedMin {
      standsFor[members[0]] = members
      for member in members {
        let below = member == members[0] ? member + 1 : member
        for index in below..<ends[member] { isHidden[index] = true }
      }
    }
    return shown(isHidden, standsFor, ends)
  }

  private struct FoldKey: Hashable {
    var parent: Int
    var service: String
    var name: String
  }

  private func shown(
    _ isHidden: [Bool], _ standsFor: [Int: [Int]], _ ends: [Int]
  ) -> (tree: SpanTree, folds: [Int: Fold]) {
    var tree = self
    tree.nodes = []
    var folds: [Int: Fold] = [:]
    for (index, node) in nodes.enumerated() where !isHidden[index] {
      if let members = standsFor[index] {
        let below = members.reduce(0) { $0 + ends[$1] - $1 - 1 }
        folds[tree.nodes.count] = Fold(spans: members.map { nodes[$0].span }, hiddenCount: below)
      }
      tree.nodes.append(node)
    }
    tree.markLastSiblings()
    return (tree, folds)
  }

  /// For each node: one past the last node below it.
  func subtreeEnds() -> [Int] {
    var ends = [Int](repeating: nodes.count, count: nodes.count)
    var open: [Int] = []
    for (index, node) in nodes.enumerated() {
      while let last = open.last, nodes[last].depth >= node.depth {
        ends[last] = index
        open.removeLast()
      }
      open.append(index)
    }
    return ends
  }

  private func errorsBelow(_ spans: [WaterfallSpan], _ ends: [Int]) -> [Bool] {
    var before = [0]
    for node in nodes {
      before.append(before[before.count - 1] + (spans[node.span].isError ? 1 : 0))
    }
    return nodes.indices.map { before[ends[$0]] > before[$0] }
  }
}
