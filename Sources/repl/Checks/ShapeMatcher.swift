/// Looks for the shape of a trace among the spans of one.
///
/// Beside each other, nodes stand for different spans: two equal lines ask for two calls.
package struct ShapeMatcher {
  private let shape: TraceShape
  private let nodes: [TraceShape.Node]
  /// Numbers of a node's children, by the number of the node.
  private let childNodes: [[Int]]
  private let topNodes: [Int]
  /// For each node whether a span satisfies its filter.
  private let matches: [[Bool]]
  private let children: [[Int]]

  /// `matches`: for each node of `shape.allNodes` and each span whether the filter holds.
  package init(_ shape: TraceShape, spans: [WaterfallSpan], matches: [[Bool]]) {
    self.shape = shape
    self.matches = matches
    nodes = shape.allNodes
    var childNodes: [[Int]] = []
    func number(_ list: [TraceShape.Node]) -> [Int] {
      list.map { node in
        let own = childNodes.count
        childNodes.append([])
        let below = number(node.children)
        childNodes[own] = below
        return own
      }
    }
    topNodes = number(shape.nodes)
    self.childNodes = childNodes
    var firstWithID: [[UInt8]: Int] = [:]
    for (index, span) in spans.enumerated() where firstWithID[span.id] == nil {
      firstWithID[span.id] = index
    }
    var children = [[Int]](repeating: [], count: spans.count)
    for (index, span) in spans.enumerated() {
      guard let parent = firstWithID[span.parentID], parent != index else { continue }
      children[parent].append(index)
    }
    self.children = children
  }

  /// What is missing, or nil if the trace has the shape.
  package func failure() -> String? {
    failure(of: topNodes, below: nil)
  }

  private func candidates(_ node: Int, below span: Int?) -> [Int] {
    guard let span else { return Array(children.indices) }
    return nodes[node].isAnywhereBelow ? descendants(of: span) : children[span]
  }

  /// Each span below once, whatever circles there are.
  private func descendants(of span: Int) -> [Int] {
    var found: [Int] = []
    var isSeen = [Bool](repeating: false, count: children.count)
    isSeen[span] = true
    var pending = children[span]
    while let next = pending.popLast() {
      guard !isSeen[next] else { continue }
      isSeen[next] = true
      found.append(next)
      pending += children[next]
    }
    return found
  }

  private func fits(_ node: Int, _ span: Int) -> Bool {
    matches[node][span] && fit(childNodes[node], below: span)
  }

  private func fit(_ list: [Int], below span: Int?) -> Bool {
    var fitting: [[Int]] = []
    for node in list {
      let found = candidates(node, below: span).filter { fits(node, $0) }
      if nodes[node].isForbidden != found.isEmpty { return false }
      if !nodes[node].isForbidden { fitting.append(found) }
    }
    return Self.canChooseDifferent(fitting)
  }

  /// Whether each list can give an element that no other list gives (Kuhn's algorithm).
  private static func canChooseDifferent(_ lists: [[Int]]) -> Bool {
    var owner: [Int: Int] = [:]
    func place(_ list: Int, _ tried: inout Set<Int>) -> Bool {
      for element in lists[list] where tried.insert(element).inserted {
        guard let other = owner[element] else {
          owner[element] = list
          return true
        }
        if place(other, &tried) {
          owner[element] = list
          return true
        }
      }
      return false
    }
    return lists.indices.allSatisfy { list in
      var tried: Set<Int> = []
      return place(list, &tried)
    }
  }

  /// Why the list does not fit, as deep as can be said.
  private func failure(of list: [Int], below span: Int?) -> String? {
    guard !fit(list, below: span) else { return nil }
    for node in list {
      let candidates = candidates(node, below: span)
      let shown = "'\(nodes[node].text)' (line \(nodes[node].line))"
      if nodes[node].isForbidden {
        if candidates.contains(where: { fits(node, $0) }) { return "there is \(shown)" }
        continue
      }
      if candidates.contains(where: { fits(node, $0) }) { continue }
      let matching = candidates.filter { matches[node][$0] }
      guard let first = matching.first else { return "there is no \(shown)" }
      // The span that comes closest is not known; the first one says enough.
      return failure(of: childNodes[node], below: first).map { "below \(shown) " + $0 }
    }
    return "there are too few spans: each line stands for one of its own"
  }
}
