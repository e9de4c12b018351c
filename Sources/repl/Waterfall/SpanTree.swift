/// The spans of a trace in the order a reader wants: each below its parent, by start.
///
/// Works for what traces hold in practice: several roots, parents that are missing, IDs used twice
/// (the first span with an ID is the parent), and spans that are their own ancestors.
package struct SpanTree: Sendable {
  package enum Place: Sendable, Equatable {
    case root, child
    /// Names a parent that is not in the trace.
    case orphan
    /// Its ancestors come back to itself; the earliest of the circle stands in for a root.
    case cycle
  }

  package struct Node: Sendable, Equatable {
    /// Index of the span.
    package var span: Int
    package var place: Place
    /// For each level above this span, and its own: does a sibling follow?
    package var depth: Int
    package var isLastSibling: Bool
  }

  /// Every span once, parents first.
  package internal(set) var nodes: [Node] = []

  package init(_ spans: [WaterfallSpan]) {
    var firstWithID: [[UInt8]: Int] = [:]
    for index in spans.indices where firstWithID[spans[index].id] == nil {
      firstWithID[spans[index].id] = index
    }
    var children: [[Int]] = Array(repeating: [], count: spans.count)
    var tops: [(span: Int, place: Place)] = []
    let byStart = spans.indices.sorted { a, b in
      let (x, y) = (spans[a], spans[b])
      if x.startNanoseconds != y.startNanoseconds { return x.startNanoseconds < y.startNanoseconds }
      if x.durationNanoseconds != y.durationNanoseconds {
        return x.durationNanoseconds > y.durationNanoseconds
      }
      return a < b
    }
    for index in byStart {
      let parentID = spans[index].parentID
      if parentID.allSatisfy({ $0 == 0 }) {
        tops.append((index, .root))
      } else if let parent = firstWithID[parentID] {
        children[parent].append(index)
      } else {
        tops.append((index, .orphan))
      }
    }
    var isPlaced = [Bool](repeating: false, count: spans.count)
    for top in tops { place(top.span, top.place, children, &isPlaced) }
    // Whatever no root reaches hangs off a circle.
    for index in byStart where !isPlaced[index] { place(index, .cycle, children, &isPlaced) }
    markLastSiblings()
  }

  /// Places a span and all below it. A stack instead of recursion: traces can be very deep.
  private mutating func place(
    _ top: Int, _ topPlace: Place, _ children: [[Int]], _ isPlaced: inout [Bool]
  ) {
    var pending = [(span: top, place: topPlace, depth: 0)]
    while let next = pending.popLast() {
      guard !isPlaced[next.span] else { continue }
      isPlaced[next.span] = true
      nodes.append(
        Node(span: next.span, place: next.place, depth: next.depth, isLastSibling: true))
      for child in children[next.span].reversed() {
        pending.append((child, .child, next.depth + 1))
      }
    }
  }

  /// From the end: a node is the last sibling unless one of its depth comes before its parent does.
  mutating func markLastSiblings() {
    var hasLater: [Bool] = []
    for index in nodes.indices.reversed() {
      let depth = nodes[index].depth
      if hasLater.count > depth + 1 { hasLater.removeLast(hasLater.count - depth - 1) }
      while hasLater.count <= depth { hasLater.append(false) }
      nodes[index].isLastSibling = !hasLater[depth]
      hasLater[depth] = true
    }
  }
}
