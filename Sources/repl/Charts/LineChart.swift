package import Engine

/// Draws series over time in a terminal.
///
/// With colours every series is a line of dots in its own. Without, one series is such a line;
/// several are lines of letters, which a legend explains.
package struct LineChart {
  /// Columns of the whole drawing.
  package var width: Int
  /// Rows of the drawing area.
  package var height: Int
  package var style: TextStyle
  package var zone: CivilTime.Zone
  package var unit: MetricsUnit

  package init(
    width: Int, height: Int, style: TextStyle, zone: CivilTime.Zone, unit: MetricsUnit
  ) {
    self.width = width
    self.height = height
    self.style = style
    self.zone = zone
    self.unit = unit
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

  /// Drawing area with its axes, then the legend. `names` has a name for each series; the first
  /// series lie above the later ones.
  package func lines(
    _ series: [[Double]], names: [String], window: MetricsWindow
  ) -> [String] {
    precondition(series.count == names.count, "every series has a name")
    let axis = ValueAxis(series.joined(), unit: unit, markCount: max(3, height / 3))
    let texts = axis.marks.map(unit.mark)
    let labelWidth = texts.map(DisplayWidth.of).max() ?? 0
    let plotWidth = max(8, width - labelWidth - 2)
    let rows =
      style == .colour || series.count == 1
      ? dots(series, axis, plotWidth) : letters(series, axis, plotWidth)
    var labels = [String](repeating: "", count: height)
    for (mark, text) in zip(axis.marks, texts) where labels[row(axis.place(mark))].isEmpty {
      labels[row(axis.place(mark))] = text
    }
    var lines = rows.enumerated().map { row, drawing in
      let label = labels[row]
      let tick = label.isEmpty ? "│" : "┤"
      let left = DisplayWidth.leftPadded(label, to: labelWidth) + " " + tick
      return Self.trimmed(style.apply(.dim, to: left) + drawing)
    }
    let marks = TimeMarks(
      first: window.timestampNanoseconds(of: 0),
      last: window.timestampNanoseconds(of: max(0, window.intervalCount - 1)),
      countMax: max(2, plotWidth / 12), zone: zone)
    let indent = DisplayWidth.blanks(labelWidth + 1)
    lines.append(style.apply(.dim, to: indent + "└" + marks.axis(width: plotWidth)))
    lines.append(style.apply(.dim, to: indent + " " + marks.line(width: plotWidth)))
    return lines + legend(names)
  }

  private static func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }

  private func row(_ place: Double) -> Int {
    Int(((1 - place) * Double(height - 1)).rounded())
  }

  // MARK: Dots

  private func dots(_ series: [[Double]], _ axis: ValueAxis, _ plotWidth: Int) -> [String] {
    var canvas = DotCanvas(width: plotWidth, height: height)
    for (index, samples) in series.enumerated().reversed() {
      var last: (x: Int, y: Int)?
      for (position, sample) in samples.enumerated() {
        guard !sample.isNaN else {
          last = nil
          continue
        }
        let x = Self.column(position, of: samples.count, width: canvas.dotWidth)
        let y = Int((axis.place(sample) * Double(canvas.dotHeight - 1)).rounded())
        canvas.line(from: last ?? (x, y), to: (x, y), owner: index)
        last = (x, y)
      }
    }
    return (0..<height).map { row in
      var line = ""
      var (run, owner) = ("", DotCanvas.noOwner)
      for column in 0..<plotWidth {
        let next = canvas.owner(row: row, column: column)
        if next != owner, next != DotCanvas.noOwner {
          line += paint(run, owner)
          (run, owner) = ("", next)
        }
        run.append(canvas.character(row: row, column: column))
      }
      return line + paint(run, owner)
    }
  }

  private func paint(_ text: String, _ owner: Int) -> String {
    guard owner >= 0 else { return text }
    return style.paint(Palette.terminal[owner % Palette.terminal.count], text)
  }

  /// Where a sample stands among `width` places.
  private static func column(_ position: Int, of count: Int, width: Int) -> Int {
    count < 2 ? width / 2 : position * (width - 1) / (count - 1)
  }

  // MARK: Letters

  private func letters(_ series: [[Double]], _ axis: ValueAxis, _ plotWidth: Int) -> [String] {
    var cells = [[Character]](
      repeating: [Character](repeating: " ", count: plotWidth), count: height)
    for (index, samples) in series.enumerated().reversed() where !samples.isEmpty {
      let letter = Self.letters[index % Self.letters.count]
      for column in 0..<plotWidth {
        guard let value = Self.value(at: column, of: plotWidth, in: samples) else { continue }
        cells[row(axis.place(value))][column] = letter
      }
    }
    return cells.map { String($0) }
  }

  /// The sample that a column shows: between two samples what lies on the line between them.
  private static func value(at column: Int, of width: Int, in samples: [Double]) -> Double? {
    guard samples.count > 1, width > 1 else { return column == width / 2 ? samples[0] : nil }
    let position = Double(column) * Double(samples.count - 1) / Double(width - 1)
    let (left, rest) = (Int(position), position - position.rounded(.down))
    let (a, b) = (samples[left], samples[min(left + 1, samples.count - 1)])
    if a.isNaN || b.isNaN {
      // A sample without neighbour keeps the column nearest to it.
      let nearest = samples[Int(position.rounded())]
      return nearest.isNaN || abs(position - position.rounded()) > 0.5 ? nil : nearest
    }
    return a + (b - a) * rest
  }

  // MARK: Legend

  private func legend(_ names: [String]) -> [String] {
    guard names.count > 1 || names.first != nil && names[0] != "" else { return [] }
    var lines: [String] = []
    var (line, used) = ("", 0)
    for (index, name) in names.enumerated() {
      let sign =
        style == .colour
        ? "━━" : names.count == 1 ? "⠤⠤" : String(Self.letters[index % Self.letters.count])
      let signWidth = DisplayWidth.of(sign)
      let text = DisplayWidth.truncated(name, to: max(4, width - 5 - signWidth))
      let needed = signWidth + 1 + DisplayWidth.of(text)
      if used > 0, used + 3 + needed > width - 2 {
        lines.append("  " + line)
        (line, used) = ("", 0)
      }
      if used > 0 {
        line += "   "
        used += 3
      }
      line += paint(sign, index) + " " + text
      used += needed
    }
    return lines + ["  " + line]
  }
}
