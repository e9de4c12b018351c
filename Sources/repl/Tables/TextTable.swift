/// Draws a table of aligned columns that fits a terminal.
package struct TextTable {
  /// Columns of the terminal; nil when the output has no width (a file, a pipe).
  package var width: Int?
  package var style: TextStyle
  package var zone: CivilTime.Zone

  private static let gap = "  "
  /// A column is not cut below this, unless everything is.
  private static let shrunkWidthMin = 8

  package init(width: Int?, style: TextStyle, zone: CivilTime.Zone) {
    self.width = width
    self.style = style
    self.zone = zone
  }

  /// The heading, then a line per row.
  package func lines(_ table: Table) -> [String] {
    let texts = table.rows.map { row in
      zip(row.cells, table.columns).map { cell, column in
        row.isContinuation && column.isShared ? "" : cell.readable(zone: zone)
      }
    }
    let titles = table.columns.map { PrintableText.escaped($0.title) }
    let widths = fittedWidths(table.columns, titles: titles, texts: texts)
    let heading = line(titles, table.columns, widths)
    return [style.apply(.bold, to: heading)] + texts.map { line($0, table.columns, widths) }
  }

  private func line(_ cells: [String], _ columns: [Table.Column], _ widths: [Int]) -> String {
    var line = ""
    for index in cells.indices where widths[index] > 0 {
      if !line.isEmpty { line += Self.gap }
      let text = DisplayWidth.truncated(cells[index], to: widths[index])
      switch columns[index].alignment {
      case .left: line += DisplayWidth.padded(text, to: widths[index])
      case .right: line += DisplayWidth.leftPadded(text, to: widths[index])
      }
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  private func fittedWidths(
    _ columns: [Table.Column], titles: [String], texts: [[String]]
  ) -> [Int] {
    var widths = titles.map(DisplayWidth.of)
    for row in texts {
      for index in row.indices { widths[index] = max(widths[index], DisplayWidth.of(row[index])) }
    }
    guard let width else { return widths }
    let room = width - Self.gap.count * (columns.count - 1)
    var excess = widths.reduce(0, +) - room
    // First the columns that may be cut, always the widest; if that is not enough, all of them.
    excess = Self.shrink(
      &widths, by: excess, downTo: Self.shrunkWidthMin, where: { columns[$0].canShrink })
    excess = Self.shrink(&widths, by: excess, downTo: 4, where: { _ in true })
    // A terminal too narrow for every column shows the first ones.
    while excess > 0, let last = widths.lastIndex(where: { $0 > 0 }), last > 0 {
      excess -= widths[last] + Self.gap.count
      widths[last] = 0
    }
    return widths
  }

  /// Takes columns off the widest candidates until `excess` is gone; returns what is left of it.
  private static func shrink(
    _ widths: inout [Int], by excess: Int, downTo floor: Int, where isCandidate: (Int) -> Bool
  ) -> Int {
    var excess = excess
    while excess > 0 {
      let candidates = widths.indices.filter { isCandidate($0) && widths[$0] > floor }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return excess }
      // Down to the next one, or as far as needed.
      let next = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? floor
      let step = min(excess, max(1, widths[widest] - max(next, floor)))
      widths[widest] -= step
      excess -= step
    }
    return excess
  }
}
