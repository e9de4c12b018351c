/// A line of text that shows how a series went: one block a column, higher is more.
package enum Sparkline {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// `values` in at most `width` columns; missing ones are blanks. The lowest block is the smaller
  /// of 0 and the least value, so that equal heights mean equal values between series of `upper`.
  package static func text(_ values: [Double], width: Int, lower: Double, upper: Double) -> String {
    guard width > 0, !values.isEmpty else { return "" }
    let columns = min(width, values.count)
    let range = upper - lower
    return String(
      (0..<columns).map { column -> Character in
        let slice = values[
          column * values.count
            / columns..<max(
              column * values.count / columns + 1, (column + 1) * values.count / columns)]
        let present = slice.filter { !$0.isNaN }
        guard !present.isEmpty else { return " " }
        let mean = present.reduce(0, +) / Double(present.count)
        guard range > 0, mean.isFinite else { return mean > lower ? "█" : "▁" }
        let level = Int(((mean - lower) / range * Double(blocks.count)).rounded(.down))
        return blocks[min(max(level, 0), blocks.count - 1)]
      })
  }
}
