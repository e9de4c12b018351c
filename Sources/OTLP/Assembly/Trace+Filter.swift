// Parts of a trace: spans somebody asked for, or as many as fit.
extension Trace {
  /// How far around the chosen spans the tree is kept.
  package struct Surroundings: Sendable, Equatable {
    /// Levels of descendants below a chosen span; nil for all.
    package var descendantLevels: Int? = 0
    /// Levels of ancestors above one; nil for all.
    package var ancestorLevels: Int? = 0

    package init() {}
  }

  /// One answer per span, in stored order.
  package func spans(where isChosen: (Span) -> Bool) -> [Bool] {
    var chosen: [Bool] = []
    forEachSpan { chosen.append(isChosen($0)) }
    return chosen
  }

  /// Only the chosen spans and what surrounds them; resources and scopes without spans go too.
  /// `isChosen` has an answer per span, in stored order.
  package func keeping(_ isChosen: [Bool], _ surroundings: Surroundings) -> Trace {
    precondition(isChosen.count == spanCount, "an answer for each span")
    var keeps = isChosen
    let tree = Tree(self)
    if surroundings.descendantLevels != 0 {
      tree.spread(isChosen, into: &keeps, levels: surroundings.descendantLevels, \.children)
    }
    if surroundings.ancestorLevels != 0 {
      tree.spread(isChosen, into: &keeps, levels: surroundings.ancestorLevels, \.parents)
    }
    return keeping { keeps[$0] }
  }

  /// The first `count` spans in stored order.
  package func prefix(spanCount count: Int) -> Trace { keeping { $0 < count } }

  /// The spans whose numbers, in stored order, are wanted.
  private func keeping(_ isKept: (Int) -> Bool) -> Trace {
    var rest = self
    var number = 0
    for r in rest.resourceSpans.indices {
      for s in rest.resourceSpans[r].scopeSpans.indices {
        rest.resourceSpans[r].scopeSpans[s].spans.removeAll { _ in
          defer { number += 1 }
          return !isKept(number)
        }
      }
      rest.resourceSpans[r].scopeSpans.removeAll { $0.spans.isEmpty }
    }
    rest.resourceSpans.removeAll { $0.scopeSpans.isEmpty }
    return rest
  }
}

/// Who is whose child, by number in stored order.
private struct Tree {
  var children: [[Int]]
  var parents: [[Int]]

  init(_ trace: Trace) {
    var numbers: [[UInt8]: [Int]] = [:]
    var parentIDs: [[UInt8]] = []
    trace.forEachSpan { span in
      numbers[span.spanID, default: []].append(parentIDs.count)
      parentIDs.append(span.parentSpanID)
    }
    children = Array(repeating: [], count: parentIDs.count)
    parents = children
    for (number, parentID) in parentIDs.enumerated() where !parentID.isEmpty {
      for parent in numbers[parentID] ?? [] where parent != number {
        children[parent].append(number)
        parents[number].append(parent)
      }
    }
  }

  /// Adds what is up to `levels` steps away from the chosen spans.
  func spread(
    _ isChosen: [Bool], into keeps: inout [Bool], levels: Int?,
    _ steps: KeyPath<Tree, [[Int]]>
  ) {
    let steps = self[keyPath: steps]
    var reached = isChosen
    var frontier = isChosen.indices.filter { isChosen[$0] }
    var level = 0
    // Every level reaches spans not reached before, so loops of parents end too.
    while !frontier.isEmpty, levels.map({ level < $0 }) ?? true {
      level += 1
      var next: [Int] = []
      for step in frontier.flatMap({ steps[$0] }) where !reached[step] {
        reached[step] = true
        next.append(step)
      }
      frontier = next
    }
    for number in reached.indices where reached[number] { keeps[number] = true }
  }
}
