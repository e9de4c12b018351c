/// Horizontal bars with eighths of a column at their ends.
enum Bars {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// A bar for `part` (0...1) of `width` columns; whatever is more than nothing shows.
  static func text(_ part: Double, width: Int) -> String {
    guard part > 0, width > 0 else { return "" }
    let count = max(1, Int((min(part, 1) * Double(width * 8)).rounded()))
    return String(repeating: "█", count: count / 8) + eighths[count % 8]
  }
}
