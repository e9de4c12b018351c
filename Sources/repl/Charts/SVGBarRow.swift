/// A named bar of an SVG picture.
struct SVGBarRow {
  var name: String
  var value: Double
  var text: String

  private static let names = 360.0
  private static let longest = 300.0

  /// One bar below the other; negative ones in another colour.
  static func draw(_ rows: [SVGBarRow], in drawing: inout SVGDrawing, top: Double) {
    let most = rows.map(\.value.magnitude).filter(\.isFinite).max() ?? 0
    for (index, row) in rows.enumerated() {
      let y = top + 24 * Double(index)
      let part = most > 0 && row.value.isFinite ? row.value.magnitude / most : 0
      let width = part * longest
      drawing.label(
        DisplayWidth.truncated(row.name, to: 52), x: names - 8, y: y + 14, anchor: .end)
      drawing.rectangle(
        x: names, y: y + 3, width: max(width, 1), height: 15,
        colour: Palette.web[row.value < 0 ? 1 : 0], tip: row.name)
      drawing.label(row.text, x: names + width + 8, y: y + 14, colour: "#57606a")
    }
  }
}
