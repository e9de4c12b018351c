/// Where the names of series stand below an SVG chart.
struct LegendRows {
  struct Entry {
    var index: Int
    var text: String
    var x: Double
    var row: Int
  }

  let entries: [Entry]
  let rowCount: Int

  private static let columnWidth = 7.2

  init(_ names: [String], width: Double) {
    var entries: [Entry] = []
    var (x, row) = (0.0, 0)
    for (index, name) in names.enumerated() {
      let text = DisplayWidth.truncated(name, to: 60)
      let needed = 20 + Double(DisplayWidth.of(text)) * Self.columnWidth
      if x > 0, x + needed > width { (x, row) = (0, row + 1) }
      entries.append(Entry(index: index, text: text, x: x, row: row))
      x += needed + 18
    }
    self.entries = entries
    rowCount = names.isEmpty ? 0 : row + 1
  }
}
