/// `compare()` as two ranked tables: what is over-represented in the selection, and what is under.
package struct ComparisonTable {
  package var width: Int?
  package var style: TextStyle
  /// Rows of each table; 0 for all.
  package var limit: Int

  private static let barWidth = 12
  /// Narrower terminals have no room for bars beside the names.
  private static let widthWithBarsMin = 100

  package init(width: Int?, style: TextStyle, limit: Int) {
    self.width = width
    self.style = style
    self.limit = limit
  }

  package func lines(_ comparison: Comparison) -> [String] {
    let over = comparison.entries.filter { $0.difference > 0 }
    let under = comparison.entries.filter { $0.difference < 0 }
    var lines = [
      "selection " + MetricsUnit.plain(comparison.selectedTotal) + " spans · baseline "
        + MetricsUnit.plain(comparison.baselineTotal) + " spans"
    ]
    if over.isEmpty && under.isEmpty {
      return lines + ["", "The two sides do not differ in any attribute."]
    }
    // One table, so that the columns of both parts stand below each other.
    let (most, least) = (shown(over), shown(under))
    let rows = table(most, least)
    for (text, all, own) in [
      ("More common in the selection", over, rows.dropFirst().prefix(most.count)),
      ("Less common in the selection", under, rows.dropFirst(1 + most.count)),
    ] where !all.isEmpty {
      lines += ["", title(text, all), rows[0]] + own
    }
    return lines
  }

  private func shown(_ entries: [Comparison.Entry]) -> ArraySlice<Comparison.Entry> {
    limit == 0 ? entries[...] : entries.prefix(limit)
  }

  private func title(_ text: String, _ entries: [Comparison.Entry]) -> String {
    let shown = limit == 0 ? entries.count : min(limit, entries.count)
    let rest = shown < entries.count ? " (\(shown) of \(NumberText.grouped(entries.count)))" : ""
    return style.apply(.bold, to: text) + rest
  }

  /// The heading, then the rows of both parts.
  private func table(_ parts: ArraySlice<Comparison.Entry>...) -> [String] {
    var table = Table(columns: [
      .init("Attribute", key: "attribute", canShrink: true),
      .init("Value", key: "value", canShrink: true),
      .init("Selection", key: "selection", alignment: .right),
      .init("Baseline", key: "baseline", alignment: .right),
      .init("Difference", key: "difference", alignment: .right),
      .init("Factor", key: "factor", alignment: .right, isOptional: true),
    ])
    let hasBars = width.map { $0 >= Self.widthWithBarsMin } ?? true
    if hasBars { table.columns.append(.init("", key: "bar")) }
    let most = parts.compactMap { $0.first?.difference.magnitude }.max() ?? 1
    for entry in parts.joined() {
      let text = Cell(entry.value).readable(zone: .utc)
      let bar = Bars.text(entry.difference.magnitude / most, width: Self.barWidth)
      table.append(
        .init(
          [
            .text(entry.attribute), .text(text.isEmpty ? "\"\"" : text),
            .text(Self.share(entry.selectedShare, isBound: entry.selected == nil)),
            .text(Self.share(entry.baselineShare, isBound: entry.baseline == nil)),
            .text(Self.points(entry)), .text(Self.factor(entry)),
          ] + (hasBars ? [.text(bar)] : [])))
    }
    let drawing = TextTable(width: width, style: style, zone: .utc)
    return drawing.lines(table)
  }

  static func share(_ share: Double, isBound: Bool) -> String {
    let percent = NumberText.fixed(share * 100, places: 1)
    return isBound ? "≤\(percent) %" : percent + " %"
  }

  /// Percentage points with their sign. With a bound, at least so many.
  static func points(_ entry: Comparison.Entry) -> String {
    let sign = entry.difference < 0 ? "-" : "+"
    let isBound = entry.selected == nil || entry.baseline == nil
    let number = NumberText.fixed(entry.difference.magnitude * 100, places: 1)
    return (isBound ? "≥" : "") + sign + number
  }

  static func factor(_ entry: Comparison.Entry) -> String {
    let (more, less) =
      entry.difference > 0
      ? (entry.selectedShare, entry.baselineShare) : (entry.baselineShare, entry.selectedShare)
    guard less > 0 else { return "only" }
    let factor = more / less
    let text =
      factor < 10 ? NumberText.fixed(factor, places: 1) : MetricsUnit.plain(factor.rounded())
    return (entry.difference > 0 ? "×" : "÷") + text
  }
}
