/// Draws a table of aligned columns that fits a terminal.
package struct TextTable {
  /// Columns of the terminal; nil when the output has no width (a file, a pipe).
  package var width: Int?
  package var style: TextStyle
  package var zone: CivilTime.Zone

  private static let gap = "  "

  package init(width: Int?, style: TextStyle, zone: CivilTime.Zone) {
    self.width = width
    self.style = style
    self.zone = zone
  }

  /// The heading, then a line per row.
  package func lines(_ table: Table) -> [String] {
    var widths: [Int] = []
    return lines(table, continuing: &widths)
  }

  /// The same for rows that go on with others. `widths` are those of the columns so far, none at
  /// first: what comes later is aligned with what came before, as long as it fits.
  package func lines(_ table: Table, continuing widths: inout [Int]) -> [String] {
    // Never over, so there are lines.
    lines(table, continuing: &widths, isOver: { false }) ?? []
  }

  /// The same, or nil once `isOver`, which is asked now and then, says that nobody waits for them.
  package func lines(_ table: Table, isOver: () -> Bool) -> [String]? {
    var widths: [Int] = []
    return lines(table, continuing: &widths, isOver: isOver)
  }

  private func lines(
    _ table: Table, continuing widths: inout [Int], isOver: () -> Bool
  ) -> [String]? {
    guard var texts = CellTexts(table, zone: zone, isOver: isOver) else { return nil }
    if widths.count == texts.widths.count {
      for index in widths.indices { texts.widths[index] = max(texts.widths[index], widths[index]) }
    }
    widths = texts.widths
    if let width { fit(&texts, into: width) }
    var lines = [style.apply(.bold, to: line(texts.titles, texts))]
    lines.reserveCapacity(texts.rows.count + 1)
    for (index, row) in texts.rows.enumerated() {
      if index % Self.rowsBetweenChecks == 0, isOver() { return nil }
      lines.append(line(row, texts))
    }
    return lines
  }

  /// So many take a few milliseconds.
  static let rowsBetweenChecks = 256

  private func line(_ cells: [String], _ texts: CellTexts) -> String {
    var line = ""
    for index in cells.indices where texts.widths[index] > 0 {
      if !line.isEmpty { line += Self.gap }
      let text = DisplayWidth.truncated(cells[index], to: texts.widths[index])
      switch texts.columns[index].alignment {
      case .left: line += DisplayWidth.padded(text, to: texts.widths[index])
      case .right: line += DisplayWidth.leftPadded(text, to: texts.widths[index])
      }
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

// MARK: Fitting

extension TextTable {
  /// Gives up what matters least first: the ends of long texts, the dates of times, optional
  /// columns, texts but for their beginnings, and at last everything. IDs are for copying.
  private func fit(_ texts: inout CellTexts, into width: Int) {
    func excess() -> Int {
      let shown = texts.widths.filter { $0 > 0 }
      return shown.reduce(0, +) + Self.gap.count * (shown.count - 1) - width
    }
    let columns = texts.columns
    let natural = texts.widths
    func shrinkTexts(downTo floor: (Int) -> Int) {
      Self.shrink(&texts.widths, by: excess(), downTo: floor, where: { columns[$0].canShrink })
    }
    shrinkTexts { columns[$0].leastWidth }
    if excess() > 0 {
      texts.compactTimes(zone: zone)
      shrinkTexts { columns[$0].leastWidth }
    }
    for index in columns.indices.reversed() where columns[index].isOptional && excess() > 0 {
      texts.widths[index] = 0
    }
    // What such a column leaves is for the texts that were cut.
    for index in columns.indices where columns[index].canShrink && texts.widths[index] > 0 {
      texts.widths[index] = natural[index]
    }
    shrinkTexts { columns[$0].leastWidth }
    shrinkTexts { _ in 5 }
    if excess() > 0 {
      Self.shrink(&texts.widths, by: excess(), downTo: { _ in 4 }, where: { _ in true })
    }
    // A terminal too narrow for every column shows the first ones.
    while excess() > 0, let last = texts.widths.lastIndex(where: { $0 > 0 }), last > 0 {
      texts.widths[last] = 0
    }
  }

  /// Takes columns off the widest candidates, none below `floor`, until `excess` is gone.
  private static func shrink(
    _ widths: inout [Int], by excess: Int, downTo floor: (Int) -> Int,
    where isCandidate: (Int) -> Bool
  ) {
    var excess = excess
    while excess > 0 {
      let candidates = widths.indices.filter { isCandidate($0) && widths[$0] > floor($0) }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
      // Down to the next one, or as far as needed.
      let least = floor(widest)
      let next = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? least
      let step = min(excess, max(1, widths[widest] - max(next, least)))
      widths[widest] -= step
      excess -= step
    }
  }
}
