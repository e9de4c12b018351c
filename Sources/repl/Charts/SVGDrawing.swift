/// Writes the elements of an SVG picture.
struct SVGDrawing {
  private var text: String
  private static let ink = "#24292f"

  init(width: Int, height: Int, title: String) {
    let title = Self.escaped(title)
    text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img" font-family="system-ui, sans-serif" \
      font-size="12">
      <title>\(title)</title>
      <rect width="\(width)" height="\(height)" fill="#ffffff"/>

      """
  }

  enum Anchor: String { case start, middle, end }

  mutating func label(
    _ label: String, x: Double, y: Double, anchor: Anchor = .start, isBold: Bool = false,
    colour: String = ink, size: Int? = nil
  ) {
    let weight = isBold ? " font-weight=\"600\"" : ""
    let size = size.map { " font-size=\"\($0)\"" } ?? ""
    text += "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" fill=\"\(colour)\""
    text += " text-anchor=\"\(anchor.rawValue)\"\(weight)\(size)>\(Self.escaped(label))</text>\n"
  }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, colour: String = "#d8dee4"
  ) {
    text += "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\""
    text += " y2=\"\(Self.number(y2))\" stroke=\"\(colour)\"/>\n"
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, colour: String, tip: String? = nil
  ) {
    text += "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\""
    text += " height=\"\(Self.number(height))\" fill=\"\(colour)\""
    text += tip.map { "><title>\(Self.escaped($0))</title></rect>\n" } ?? "/>\n"
  }

  mutating func circle(x: Double, y: Double, radius: Double, colour: String) {
    text += "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\""
    text += " r=\"\(Self.number(radius))\" fill=\"\(colour)\"/>\n"
  }

  /// Straight lines from point to point.
  mutating func path(_ points: [(x: Double, y: Double)], colour: String, tip: String) {
    let steps = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }
    text += "<polyline points=\"\(steps.joined(separator: " "))\" fill=\"none\""
    text += " stroke=\"\(colour)\" stroke-width=\"1.5\" stroke-linejoin=\"round\">"
    text += "<title>\(Self.escaped(tip))</title></polyline>\n"
  }

  func finished() -> String { text + "</svg>\n" }

  /// A hundredth of a pixel is enough.
  private static func number(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }

  /// Text as XML may hold it: without the control characters it has no way to write.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in PrintableText.escaped(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
