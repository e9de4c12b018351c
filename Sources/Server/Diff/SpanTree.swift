import OTLP

/// A trace as a tree of spans, each with its way from the root.
struct SpanTree {
  struct Node {
    var span: Span
    var service: String
    var resource: [KeyValue]
    /// Numbers of the children, by (start, ID).
    var children: [Int] = []
    /// Positions among siblings from the root down.
    var path: [Int] = []
  }

  private(set) var nodes: [Node] = []
  private(set) var roots: [Int] = []

  init(_ trace: Trace) {
    for resource in trace.resourceSpans {
      var service = ""
      if case .string(let name)? = resource.resource.attributes.first(where: {
        $0.key == "service.name"
      })?.value {
        service = name
      }
      for span in resource.scopeSpans.flatMap(\.spans) {
        nodes.append(
          Node(span: span, service: service, resource: resource.resource.attributes))
      }
    }
    connect()
    numberPaths()
  }

  private mutating func connect() {
    var numbers: [[UInt8]: Int] = [:]
    for (number, node) in nodes.enumerated() where numbers[node.span.spanID] == nil {
      numbers[node.span.spanID] = number
    }
    let order = nodes.indices.sorted { a, b in
      let (x, y) = (nodes[a].span, nodes[b].span)
      return x.startNanoseconds == y.startNanoseconds
        ? x.spanID.lexicographicallyPrecedes(y.spanID) : x.startNanoseconds < y.startNanoseconds
    }
    for number in order {
      let parent = numbers[nodes[number].span.parentSpanID]
      if let parent, parent != number, !nodes[number].span.parentSpanID.isEmpty {
        nodes[parent].children.append(number)
      } else {
        roots.append(number)
      }
    }
    // Parents in a circle hang on no root: such spans stand as roots of their own.
    var isReached = [Bool](repeating: false, count: nodes.count)
    for root in roots { reach(root, &isReached) }
    for number in order where !isReached[number] {
      if let parent = numbers[nodes[number].span.parentSpanID] {
        nodes[parent].children.removeAll { $0 == number }
      }
      roots.append(number)
      reach(number, &isReached)
    }
  }

  private func reach(_ root: Int, _ isReached: inout [Bool]) {
    var open = [root]
    while let number = open.popLast() {  // a node that was reached opens nothing more
      guard !isReached[number] else { continue }
      isReached[number] = true
      open += nodes[number].children.filter { !isReached[$0] }
    }
  }

  private mutating func numberPaths() {
    for (position, root) in roots.enumerated() { nodes[root].path = [position] }
    var open = roots
    while let number = open.popLast() {  // a tree: every node is met once
      for (position, child) in nodes[number].children.enumerated() {
        nodes[child].path = nodes[number].path + [position]
      }
      open += nodes[number].children
    }
  }

  /// Every node below and including `number`, parents first.
  func subtree(_ number: Int) -> [Int] {
    var found: [Int] = []
    var open = [number]
    while let next = open.popLast() {
      found.append(next)
      open += nodes[next].children.reversed()
    }
    return found
  }
}

extension SpanTree.Node {
  /// What makes spans of two traces the same step.
  struct Step: Hashable {
    var service: String
    var name: String
    var kind: Int32
  }

  var step: Step { Step(service: service, name: span.name, kind: span.kind) }
  var durationNanoseconds: Int64 { Int64(bitPattern: span.endNanoseconds &- span.startNanoseconds) }
  var isError: Bool { span.status.code == 2 }
}
