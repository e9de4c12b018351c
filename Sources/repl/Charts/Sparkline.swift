/// A line of text that shows how a series went: one block a column, higher is more.
package enum Sparkline {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// `values` in at most `width` columns, from the smaller of 0 and the least to the greatest of
  /// them; where several share a column it shows their mean. Missing ones are blanks.
  package static func text(_ values: [Double], width: Int) -> String {
    guard width > 0, !values.isEmpty else { return "" }
    let columns = min(width, values.count)
    let means = (0..<columns).map { column -> Double in
      let first = column * values.count / columns
      let last = (column + 1) * values.count / columns
      let present = values[first..<last].filter { !$0.isNaN }
      return present.isEmpty ? .nan : present.reduce(0, +) / Double(present.count)
    }
    let finite = means.filter(\.isFinite)
    let (lower, upper) = (min(0, finite.min() ?? 0), finite.max() ?? 0)
    return String(means.map { block($0, lower: lower, upper: upper) })
  }

  private static func block(_ value: Double, lower: Double, upper: Double) -> Character {
    if value.isNaN { return " " }
    guard upper > lower, value.isFinite else { return value > lower ? "█" : "▁" }
    let level = Int(((value - lower) / (upper - lower) * Double(blocks.count)).rounded(.down))
    return blocks[min(max(level, 0), blocks.count - 1)]
  }
}
