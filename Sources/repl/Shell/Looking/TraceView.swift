/// Draws a trace for the shell: numbered lines, similar siblings folded, the critical path solid.
package struct TraceView {
  /// Columns of the terminal; nil when the output has no width.
  package var width: Int?
  package var style: TextStyle
  package var zone: CivilTime.Zone
  /// Attributes below each span, as `name = value`; nil shows none.
  package var attributes: ((_ span: Int) -> [String])?
  package var foldsSiblings = true

  private static let durationWidth = 8
  private static let barWidthWithoutTerminal = 48
  /// Spans named below as the biggest parts of the critical path.
  private static let partsMax = 3

  package init(width: Int?, style: TextStyle, zone: CivilTime.Zone) {
    self.width = width
    self.style = style
    self.zone = zone
  }

  /// The lines, and the span of each number.
  package func draw(
    traceID: String, spans: [WaterfallSpan]
  ) -> (lines: [String], spans: [Int]) {
    let axis = TimeAxis(spans)
    let whole = SpanTree(spans)
    let path = CriticalPath(spans, whole)
    let (tree, folds) = foldsSiblings ? whole.folding(spans) : (whole, [:])
    let labels = Self.labels(tree, spans, folds)
    let numberWidth = String(tree.nodes.count).count
    let (labelWidth, barWidth) = columns(labels, numberWidth)
    let header = WaterfallText(width: width, style: style, zone: zone)
      .header(traceID: traceID, spans: spans, axis: axis)
    var lines = header + [criticalParts(path, spans, axis), ""]
    lines.append(
      DisplayWidth.blanks(numberWidth + labelWidth + 4)
        + style.apply(.dim, to: axis.scale(width: barWidth)))
    for (index, node) in tree.nodes.enumerated() {
      let members = folds[index]?.spans ?? [node.span]
      let number = DisplayWidth.leftPadded(String(index + 1), to: numberWidth)
      let label = DisplayWidth.padded(labels[index].fitted(to: labelWidth), to: labelWidth)
      let bar = axis.bar(
        members.map { spans[$0] }, solid: members.flatMap { path.stretches[$0, default: []] },
        width: barWidth)
      let span = spans[node.span]
      var line = style.apply(.dim, to: number) + "  "
      line += span.isError ? style.apply(.red, to: label) : label
      line += "  " + WaterfallText.paint(bar, span, style)
      line += "  " + DisplayWidth.leftPadded(duration(members, spans), to: Self.durationWidth)
      lines.append(line + marks(span, node, folds[index]))
      if let attributes, folds[index] == nil {
        let indent = DisplayWidth.blanks(numberWidth + 2 + min(labelWidth, node.depth * 3 + 4))
        lines += attributes(node.span).map { style.apply(.dim, to: fitted(indent + $0)) }
      }
    }
    return (lines, tree.nodes.map(\.span))
  }

  private static func labels(
    _ tree: SpanTree, _ spans: [WaterfallSpan], _ folds: [Int: SpanTree.Fold]
  ) -> [WaterfallText.Label] {
    var labels = WaterfallText.labels(tree, spans)
    for (index, fold) in folds { labels[index].name += " ×\(NumberText.grouped(fold.spans.count))" }
    return labels
  }

  private func columns(
    _ labels: [WaterfallText.Label], _ numberWidth: Int
  ) -> (label: Int, bar: Int) {
    let widest = labels.map { DisplayWidth.of($0.text) }.max() ?? 0
    guard let width else { return (widest, Self.barWidthWithoutTerminal) }
    // Number, duration and marks take the rest of the line.
    let room = max(20, width - numberWidth - Self.durationWidth - 14)
    let label = min(widest, max(room * 3 / 5, room - widest), room * 3 / 5)
    return (label, max(8, room - label))
  }

  /// Of a fold: the sum of its members.
  private func duration(_ members: [Int], _ spans: [WaterfallSpan]) -> String {
    let total = members.reduce(Int64(0)) { sum, member in
      sum.addingReportingOverflow(spans[member].durationNanoseconds).partialValue
    }
    return (members.count > 1 ? "Σ" : "") + DurationText.format(nanoseconds: total)
  }

  private func marks(
    _ span: WaterfallSpan, _ node: SpanTree.Node, _ fold: SpanTree.Fold?
  ) -> String {
    var marks = ""
    if span.isError { marks += "  " + (style == .colour ? style.apply(.red, to: "✗") : "ERROR") }
    if let fold {
      if fold.hiddenCount > 0 { marks += "  +\(NumberText.grouped(fold.hiddenCount))" }
    } else if span.eventCount > 0 {
      marks += "  •\(span.eventCount)"
    }
    return marks
  }

  /// "critical path █: cart · GetCart 62 %, …": who would have to be faster.
  private func criticalParts(
    _ path: CriticalPath, _ spans: [WaterfallSpan], _ axis: TimeAxis
  ) -> String {
    var byName: [String: UInt64] = [:]
    for span in path.stretches.keys {
      let name = PrintableText.escaped(spans[span].service + " · " + spans[span].name)
      byName[name, default: 0] += path.length(span)
    }
    let total = max(1, byName.values.reduce(0, +))
    let parts = byName.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
      .prefix(Self.partsMax).map { "\($0.key) \(Int(Double($0.value) * 100 / Double(total))) %" }
    return style.apply(.dim, to: fitted("critical path █ " + parts.joined(separator: ", ")))
  }

  private func fitted(_ text: String) -> String {
    width.map { DisplayWidth.truncated(text, to: max(1, $0 - 1)) } ?? text
  }
}
