/// Two traces side by side: spans of the same path from the root, by service and name, are one row.
package struct TraceDiff: Sendable, Equatable {
  /// What one trace has of a path.
  package struct Side: Sendable, Equatable {
    package var count = 0
    /// Of all spans of the path together.
    package var durationNanoseconds: Int64 = 0
    package var errorCount = 0
  }

  package struct Row: Sendable, Equatable {
    package var depth: Int
    package var service: String
    package var name: String
    package var first: Side
    package var second: Side
  }

  /// Parents before children, in the order of the first trace; what only the second has follows
  /// its siblings.
  package private(set) var rows: [Row] = []

  private final class Node {
    var service: String
    var name: String
    var sides = [Side(), Side()]
    var children: [Node] = []

    init(service: String, name: String) {
      self.service = service
      self.name = name
    }

    func child(_ service: String, _ name: String) -> Node {
      if let known = children.first(where: { $0.service == service && $0.name == name }) {
        return known
      }
      let new = Node(service: service, name: name)
      children.append(new)
      return new
    }
  }

  package init(_ first: [WaterfallSpan], _ second: [WaterfallSpan]) {
    let root = Node(service: "", name: "")
    for (side, spans) in [first, second].enumerated() {
      var path: [Node] = [root]
      for node in SpanTree(spans).nodes {
        path.removeLast(max(0, path.count - node.depth - 1))
        let span = spans[node.span]
        let place = (path.last ?? root).child(span.service, span.name)
        place.sides[side].count += 1
        place.sides[side].durationNanoseconds += span.durationNanoseconds
        place.sides[side].errorCount += span.isError ? 1 : 0
        path.append(place)
      }
    }
    var pending = root.children.reversed().map { ($0, 0) }
    while let (node, depth) = pending.popLast() {
      rows.append(
        Row(
          depth: depth, service: node.service, name: node.name, first: node.sides[0],
          second: node.sides[1]))
      pending += node.children.reversed().map { ($0, depth + 1) }
    }
  }

  /// A table of the rows; those that changed most stand out by their marks. `depthMax`: deeper rows
  /// are not indented further, for narrow screens.
  package func table(depthMax: Int = 24) -> Table {
    var table = Table(columns: [
      .init("", key: "mark"), .init("Span", key: "span", canShrink: true),
      .init("A", key: "a_ns", alignment: .right), .init("B", key: "b_ns", alignment: .right),
      .init("Change", key: "change", alignment: .right),
      .init("×A", key: "a_count", alignment: .right, isOptional: true),
      .init("×B", key: "b_count", alignment: .right, isOptional: true),
      .init("Errors", key: "errors", alignment: .right),
    ])
    for row in rows {
      let isDeeper = row.depth > depthMax
      let indent =
        String(repeating: "  ", count: min(row.depth, depthMax)) + (isDeeper ? "… " : "")
      table.append(
        .init([
          .text(row.mark), .text(indent + row.service + " · " + row.name),
          Self.cell(row.first), Self.cell(row.second), .text(row.change),
          .integer(Int64(row.first.count)), .integer(Int64(row.second.count)),
          .text(row.errors),
        ]))
    }
    return table
  }

  private static func cell(_ side: Side) -> Cell {
    side.count > 0 ? .duration(side.durationNanoseconds) : .missing
  }
}

extension TraceDiff.Row {
  /// "+" only in the second, "-" only in the first, "!" fails in the second alone.
  package var mark: String {
    if first.count == 0 { return "+" }
    if second.count == 0 { return "-" }
    return second.errorCount > 0 && first.errorCount == 0 ? "!" : ""
  }

  /// "+120 ms (+35 %)".
  package var change: String {
    guard first.count > 0, second.count > 0 else { return "" }
    return ChangeText.durations(first.durationNanoseconds, second.durationNanoseconds)
  }

  fileprivate var errors: String {
    if first.errorCount == 0 && second.errorCount == 0 { return "" }
    return "\(first.errorCount) → \(second.errorCount)"
  }
}

/// How a number changed.
package enum ChangeText {
  package static func durations(_ before: Int64, _ after: Int64) -> String {
    let difference = after.subtractingReportingOverflow(before).partialValue
    if difference == 0 { return "=" }
    let sign = difference > 0 ? "+" : ""
    return sign + DurationText.format(nanoseconds: difference)
      + percent(Double(before), Double(after))
  }

  package static func numbers(
    _ before: Double, _ after: Double, text readable: (Double) -> String = NumberText.short
  ) -> String {
    if before == after { return "=" }
    let text = readable(after - before)
    return (after > before ? "+" : "") + text + percent(before, after)
  }

  /// " (+35 %)"; a factor where percents would be long, nothing where there was nothing before.
  private static func percent(_ before: Double, _ after: Double) -> String {
    guard before > 0, after >= 0 else { return "" }
    let change = (after / before - 1) * 100
    if change > 999 { return " (×\(NumberText.short(after / before)))" }
    return " (" + (change >= 0 ? "+" : "") + "\(Int(change.rounded())) %)"
  }
}
