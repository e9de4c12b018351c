package import Engine

/// Draws a histogram over time: a row for each bucket, darker where more spans are.
package struct HeatMap {
  /// Columns of the whole drawing.
  package var width: Int
  package var style: TextStyle
  package var zone: CivilTime.Zone
  /// Of the buckets' bounds.
  package var unit: MetricsUnit

  package init(width: Int, style: TextStyle, zone: CivilTime.Zone, unit: MetricsUnit) {
    self.width = width
    self.style = style
    self.zone = zone
    self.unit = unit
  }

  private static let shades: [Character] = ["░", "▒", "▓", "█"]

  package func lines(_ grid: HistogramGrid, window: MetricsWindow) -> [String] {
    let texts = grid.bounds.map { HistogramGrid.text($0, unit: unit) }
    let labelWidth = texts.map(DisplayWidth.of).max() ?? 0
    let plotWidth = max(8, width - labelWidth - 2)
    let columns = Self.columns(grid, plotWidth)
    let most = columns.joined().max() ?? 0
    var lines = grid.bounds.indices.reversed().map { row -> String in
      let label = DisplayWidth.leftPadded(texts[row], to: labelWidth) + " ┤"
      return style.apply(.dim, to: label) + cells(columns[row], most: most)
    }
    let marks = TimeMarks(
      first: window.timestampNanoseconds(of: 0),
      last: window.timestampNanoseconds(of: max(0, window.intervalCount - 1)),
      countMax: max(2, plotWidth / 12), zone: zone)
    let indent = DisplayWidth.blanks(labelWidth + 1)
    lines.append(style.apply(.dim, to: indent + "└" + marks.axis(width: plotWidth)))
    lines.append(style.apply(.dim, to: indent + " " + marks.line(width: plotWidth)))
    lines.append(indent + " " + scale(most))
    return lines
  }

  /// Counts by bucket and column: neighbouring intervals add up where there are more than columns,
  /// and take several columns where there are fewer.
  private static func columns(_ grid: HistogramGrid, _ width: Int) -> [[Double]] {
    grid.counts.map { counts in
      (0..<width).map { column in
        let first = column * counts.count / width
        let last = max(first + 1, (column + 1) * counts.count / width)
        return counts[first..<min(last, counts.count)].reduce(0, +)
      }
    }
  }

  private func cells(_ counts: [Double], most: Double) -> String {
    var line = ""
    var (run, shade) = ("", -1)
    func flush() {
      line += shade < 0 ? run : style.paintGround(Palette.terminalHeat[shade], run)
    }
    for count in counts {
      let next = level(count, most: most)
      if next != shade {
        flush()
        (run, shade) = ("", next)
      }
      run.append(next < 0 || style == .colour ? " " : Self.shades[next])
    }
    flush()
    while line.last == " " { line.removeLast() }
    return line
  }

  private var levelCount: Int {
    style == .colour ? Palette.terminalHeat.count : Self.shades.count
  }

  /// Which shade a count has, -1 for none. Square roots, so that a crowd does not hide the few.
  private func level(_ count: Double, most: Double) -> Int {
    guard count > 0, most > 0 else { return -1 }
    let place = (count / most).squareRoot() * Double(levelCount)
    return min(levelCount - 1, max(0, Int(place.rounded(.up)) - 1))
  }

  /// What the shades mean.
  private func scale(_ most: Double) -> String {
    guard most > 0 else { return style.apply(.dim, to: "no spans") }
    let shown = (0..<levelCount).map { level -> String in
      style == .colour
        ? style.paintGround(Palette.terminalHeat[level], "  ")
        : String(repeating: Self.shades[level], count: 2)
    }
    return "1 " + shown.joined() + " " + MetricsUnit.plain(most) + " spans"
  }
}
