/// The stretch of time a trace covers, and where on it a span lies.
struct TimeAxis {
  /// Unix nanoseconds of the earliest start.
  var start: UInt64
  /// Nanoseconds to the latest end.
  var length: UInt64

  init(_ spans: [WaterfallSpan]) {
    start = spans.map(\.startNanoseconds).min() ?? 0
    length = (spans.map(\.endNanoseconds).max() ?? 0) - start
  }

  /// A bar of `width` columns with eighths at its end; shorter than a column, it is a thin mark.
  func bar(_ span: WaterfallSpan, width: Int) -> String {
    guard length > 0, width > 0 else { return fill("█", max(0, width)) }
    let scale = Double(width) / Double(length)
    let from = Double(span.startNanoseconds - start) * scale
    let to = min(Double(width), Double(span.endNanoseconds - start) * scale)
    // The bar begins at a whole column: only its end can be drawn finer.
    let first = min(width - 1, Int(from))
    let extent = to - from < 1 ? to - from : to - Double(first)
    let eighths = max(1, Int((extent * 8).rounded()))
    let (full, rest) = (min(eighths / 8, width - first), eighths % 8)
    var bar = fill(" ", first) + fill("█", full)
    if rest > 0, first + full < width { bar += Self.eighths[rest - 1] }
    return DisplayWidth.padded(bar, to: width)
  }

  /// A bar of whole columns: solid where the span is on the critical path, else shaded.
  func bar(_ spans: [WaterfallSpan], solid: [Range<UInt64>], width: Int) -> String {
    guard length > 0, width > 0 else { return fill("█", max(0, width)) }
    var columns = [String](repeating: " ", count: width)
    func mark(_ first: UInt64, _ last: UInt64, _ text: String) {
      let scale = Double(width) / Double(length)
      let from = min(width - 1, Int(Double(max(first, start) - start) * scale))
      let to = Int((Double(max(last, start) - start) * scale).rounded())
      for column in from..<max(from + 1, min(width, to)) { columns[column] = text }
    }
    for span in spans { mark(span.startNanoseconds, span.endNanoseconds, "░") }
    for stretch in solid { mark(stretch.lowerBound, stretch.upperBound, "█") }
    return columns.joined()
  }

  private static let eighths = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// Times above the bars: 0 at the left, the whole length at the right, as many between as fit.
  func scale(width: Int) -> String {
    let parts = max(1, min(4, width / 16))
    var line = "0"
    for part in 1...parts {
      let time = (Double(length) * Double(part) / Double(parts)).rounded(.towardZero)
      // Beyond 292 years, as damaged blocks may say.
      let label = DurationText.format(nanoseconds: Int64(exactly: time) ?? .max)
      let end = width * part / parts
      line += DisplayWidth.leftPadded(label, to: end - DisplayWidth.of(line))
    }
    return line
  }

  private func fill(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }
}
