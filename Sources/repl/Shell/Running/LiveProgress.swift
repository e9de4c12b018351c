package import Engine

/// The picture of a running query: what has been found so far, and how far it is.
package struct LiveProgress: Sendable {
  package var width: Int
  package var style: TextStyle
  package var zone: CivilTime.Zone

  package init(width: Int, style: TextStyle, zone: CivilTime.Zone) {
    self.width = width
    self.style = style
    self.zone = zone
  }

  /// First rows, then the line of numbers.
  package func lines(
    _ matches: [TraceMatch], _ numbers: ProgressText.Numbers
  ) -> [String] {
    let line = style.apply(.dim, to: status(numbers))
    guard !matches.isEmpty else { return [line] }
    let table = TraceRows.table(matches, for: .people, zone: zone)
    let drawing = TextTable(width: width, style: style, zone: zone)
    return drawing.lines(table) + ["", line]
  }

  /// "▕███████░░░▏ 62 % · 3 of 4 blocks · 5.1 M spans/s · 120 MB/s · 40 % pruned · 1.2 s left"
  package func status(_ numbers: ProgressText.Numbers) -> String {
    let seconds = max(Double(numbers.elapsedNanoseconds) / 1e9, 1e-3)
    let clock = NumberText.fixed(seconds, places: 1) + " s"
    guard numbers.unitsTotal > 0 else { return fitted("opening… · " + clock) }
    let share = Double(numbers.unitsDone) / Double(numbers.unitsTotal)
    var parts = ["\(Self.bar(share, width: 12)) \(Int(share * 100)) %"]
    if numbers.blocksTotal > 0 {
      let total = NumberText.counted(numbers.blocksTotal, "block")
      parts.append("\(NumberText.grouped(numbers.blocksDone)) of \(total)")
    }
    // Metrics queries find no traces.
    if numbers.tracesMatched > 0 {
      parts.append(NumberText.counted(numbers.tracesMatched, "trace"))
    }
    parts.append(NumberText.short(Double(numbers.spansInspected) / seconds) + " spans/s")
    parts.append(NumberText.bytes(Int(Double(numbers.bytesRead) / seconds)) + "/s")
    if numbers.pagesRead + numbers.pagesPruned > 0 {
      let pruned = numbers.pagesPruned * 100 / (numbers.pagesRead + numbers.pagesPruned)
      parts.append("\(pruned) % pruned")
    }
    parts.append(clock)
    // Too early an estimate is a wrong one.
    if numbers.unitsDone >= 2 || share >= 0.2 {
      let left = seconds / share - seconds
      parts.append(NumberText.fixed(left, places: 1) + " s left")
    }
    return fitted(parts.joined(separator: " · "))
  }

  /// A bar of whole and shaded blocks between thin walls.
  static func bar(_ share: Double, width: Int) -> String {
    let full = min(width, max(0, Int((share * Double(width)).rounded())))
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  }

  /// A line that reaches the last column wraps on some terminals.
  private func fitted(_ text: String) -> String {
    DisplayWidth.truncated(text, to: max(1, width - 1))
  }
}
