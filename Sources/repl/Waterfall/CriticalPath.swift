/// Where the time of a trace went: the stretches of spans whose shortening would shorten the trace.
///
/// Walked from the end of the longest root backwards: at each moment the child that finished last
/// before it is what the parent waited for; what no child covers is the span's own.
package struct CriticalPath: Sendable, Equatable {
  /// Unix nanoseconds, exclusive at the end.
  package typealias Stretch = Range<UInt64>

  /// Stretches by index of the span, the latest first.
  package private(set) var stretches: [Int: [Stretch]] = [:]

  package init(_ spans: [WaterfallSpan], _ tree: SpanTree) {
    let children = Self.children(tree)
    let tops = tree.nodes.indices.filter { tree.nodes[$0].depth == 0 }
    let longest = tops.max { a, b in
      let (x, y) = (spans[tree.nodes[a].span], spans[tree.nodes[b].span])
      return (x.durationNanoseconds, y.startNanoseconds) < (
        y.durationNanoseconds, x.startNanoseconds
      )
    }
    guard let longest else { return }
    walk(longest, spans, tree, children)
  }

  /// Nanoseconds of a span on the path.
  package func length(_ span: Int) -> UInt64 {
    stretches[span, default: []].reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
  }

  private static func children(_ tree: SpanTree) -> [[Int]] {
    var children = [[Int]](repeating: [], count: tree.nodes.count)
    var parents: [Int] = []
    for (index, node) in tree.nodes.enumerated() {
      parents.removeLast(max(0, parents.count - node.depth))
      if let parent = parents.last { children[parent].append(index) }
      parents.append(index)
    }
    return children
  }

  private struct Frame {
    var node: Int
    /// Up to here time is not yet accounted for.
    var cursor: UInt64
    /// From here on it is: the start of the span, or of an ancestor that began later.
    var floor: UInt64
    /// Children left, the one that ends last at the end.
    var children: [Int]
  }

  /// A stack instead of recursion: traces can be very deep.
  private mutating func walk(
    _ top: Int, _ spans: [WaterfallSpan], _ tree: SpanTree, _ children: [[Int]]
  ) {
    func span(_ node: Int) -> WaterfallSpan { spans[tree.nodes[node].span] }
    func frame(_ node: Int, from floor: UInt64, until cursor: UInt64) -> Frame {
      let byEnd = children[node].sorted { span($0).endNanoseconds < span($1).endNanoseconds }
      return Frame(node: node, cursor: cursor, floor: floor, children: byEnd)
    }
    var stack = [frame(top, from: span(top).startNanoseconds, until: span(top).endNanoseconds)]
    while var current = stack.popLast() {
      guard let child = current.children.popLast() else {
        add(current.floor, current.cursor, tree.nodes[current.node].span)
        continue
      }
      let start = max(span(child).startNanoseconds, current.floor)
      let end = min(span(child).endNanoseconds, current.cursor)
      // A child that began after the moment looked at, or outlived its parent, was not waited for.
      guard start < end else {
        stack.append(current)
        continue
      }
      add(end, current.cursor, tree.nodes[current.node].span)
      current.cursor = start
      stack.append(current)
      stack.append(frame(child, from: start, until: end))
    }
  }

  private mutating func add(_ start: UInt64, _ end: UInt64, _ span: Int) {
    guard start < end else { return }
    stretches[span, default: []].append(start..<end)
  }
}
