/// Draws a trace: the tree of its spans on the left, bars on a time axis, durations.
package struct WaterfallText {
  /// Columns of the terminal; nil when the output has no width.
  package var width: Int?
  package var style: TextStyle
  package var zone: CivilTime.Zone

  private static let durationWidth = 8
  private static let barWidthWithoutTerminal = 48
  /// Branches of outer levels are left out beyond this: a trace can be thousands of levels deep.
  private static let shownLevelsMax = 24

  package init(width: Int?, style: TextStyle, zone: CivilTime.Zone) {
    self.width = width
    self.style = style
    self.zone = zone
  }

  /// Header, axis, and a line per span. `traceID` as it is to be shown.
  package func lines(traceID: String, spans: [WaterfallSpan]) -> [String] {
    let axis = TimeAxis(spans)
    let tree = SpanTree(spans)
    let labels = Self.labels(tree, spans)
    let widest = labels.map { DisplayWidth.of($0.text) }.max() ?? 0
    var (labelWidth, barWidth) = (widest, Self.barWidthWithoutTerminal)
    if let width {
      // Duration and marks take the rest of the line.
      let room = max(20, width - Self.durationWidth - 14)
      labelWidth = min(widest, max(room * 3 / 5, room - widest))
      labelWidth = min(labelWidth, room * 3 / 5)
      barWidth = max(8, room - labelWidth)
    }
    var lines = header(traceID: traceID, spans: spans, axis: axis)
    lines.append("")
    lines.append(
      DisplayWidth.blanks(labelWidth + 2) + style.apply(.dim, to: axis.scale(width: barWidth)))
    for (node, label) in zip(tree.nodes, labels) {
      let span = spans[node.span]
      let text = DisplayWidth.padded(label.fitted(to: labelWidth), to: labelWidth)
      let bar = axis.bar(span, width: barWidth)
      let duration = DurationText.format(nanoseconds: span.durationNanoseconds)
      var line = style.apply(span.isError ? .red : .bold, to: text)
      if !span.isError { line = text }
      line += "  " + paint(bar, span)
      line += "  " + DisplayWidth.leftPadded(duration, to: Self.durationWidth)
      line += marks(span, node.place)
      lines.append(line)
    }
    return lines
  }

  private func paint(_ bar: String, _ span: WaterfallSpan) -> String {
    Self.paint(bar, span, style)
  }

  static func paint(_ bar: String, _ span: WaterfallSpan, _ style: TextStyle) -> String {
    guard !span.isError else { return style.apply(.red, to: bar) }
    // A colour per service, the same in every run.
    let colours: [TextStyle.Emphasis] = [.cyan, .green, .blue, .yellow, .magenta]
    let sum = span.service.utf8.reduce(0) { ($0 &* 31 &+ UInt32($1)) }
    return style.apply(colours[Int(sum % UInt32(colours.count))], to: bar)
  }

  private func marks(_ span: WaterfallSpan, _ place: SpanTree.Place) -> String {
    var marks = ""
    if span.isError {
      marks += "  " + (style == .colour ? style.apply(.red, to: "✗") : "ERROR")
      let message = PrintableText.escaped(span.statusMessage)
      if !message.isEmpty, width == nil { marks += " " + message }
    }
    if span.eventCount > 0 { marks += "  •\(span.eventCount)" }
    return marks
  }

  func header(
    traceID: String, spans: [WaterfallSpan], axis: TimeAxis
  ) -> [String] {
    let services = Set(spans.map(\.service)).count
    let errors = spans.count(where: \.isError)
    var facts = [
      CivilTime(unixNanoseconds: axis.start, zone: zone).readable + (zone == .utc ? " UTC" : ""),
      DurationText.format(nanoseconds: Int64(clamping: axis.length)),
      NumberText.counted(services, "service"), NumberText.counted(spans.count, "span"),
    ]
    let errorText = NumberText.counted(errors, "error")
    facts.append(errors > 0 ? style.apply(.red, to: errorText) : errorText)
    return [style.apply(.bold, to: "Trace " + traceID), facts.joined(separator: " · ")]
  }

  /// The branches before a name, and the name.
  struct Label {
    var branches: String
    var name: String
    var text: String { branches + name }

    /// In `width` columns: the name matters more than the outer branches.
    func fitted(to width: Int) -> String {
      guard DisplayWidth.of(text) > width else { return text }
      let room = max(1, width - DisplayWidth.of(name))
      let branchWidth = max(min(room, branches.count), min(branches.count, width / 2))
      let kept =
        branches.count > branchWidth ? "…" + branches.suffix(max(0, branchWidth - 1)) : branches
      return DisplayWidth.truncated(kept + name, to: width)
    }
  }

  static func labels(_ tree: SpanTree, _ spans: [WaterfallSpan]) -> [Label] {
    /// For each depth of the current path: does a sibling follow below?
    var continues: [Bool] = []
    return tree.nodes.map { node in
      if continues.count > node.depth { continues.removeLast(continues.count - node.depth) }
      var branches = ""
      if node.depth > 0 {
        let shown = continues.dropFirst().suffix(shownLevelsMax)
        if shown.count < continues.count - 1 { branches = "…" }
        branches += shown.map { $0 ? "│  " : "   " }.joined()
        branches += node.isLastSibling ? "└─ " : "├─ "
      }
      continues.append(!node.isLastSibling)
      let span = spans[node.span]
      let service = span.service.isEmpty ? "?" : PrintableText.escaped(span.service)
      let name = span.name.isEmpty ? "?" : PrintableText.escaped(span.name)
      let note: String =
        switch node.place {
        case .root, .child: ""
        case .orphan: "(parent missing) "
        case .cycle: "(its own ancestor) "
        }
      return Label(branches: branches, name: "\(note)\(service) · \(name)")
    }
  }
}
