/// The line a long query shows while it runs.
package enum ProgressText {
  package struct Numbers: Sendable {
    package var unitsDone: Int
    package var unitsTotal: Int
    package var spansInspected: Int
    package var bytesRead: Int
    package var tracesMatched: Int
    package var elapsedNanoseconds: UInt64
    package var blocksDone = 0
    /// 0: nobody knows.
    package var blocksTotal = 0
    package var pagesRead = 0
    package var pagesPruned = 0

    package init(
      unitsDone: Int, unitsTotal: Int, spansInspected: Int, bytesRead: Int, tracesMatched: Int,
      elapsedNanoseconds: UInt64
    ) {
      self.unitsDone = unitsDone
      self.unitsTotal = unitsTotal
      self.spansInspected = spansInspected
      self.bytesRead = bytesRead
      self.tracesMatched = tracesMatched
      self.elapsedNanoseconds = elapsedNanoseconds
    }
  }

  /// "12 of 48 units · 3.41 M spans/s · 120 MB/s · 37 traces matched · 2.1 s" in `width` columns.
  package static func line(_ numbers: Numbers, width: Int) -> String {
    let seconds = max(Double(numbers.elapsedNanoseconds) / 1e9, 1e-3)
    let clock = NumberText.fixed(seconds, places: 1) + " s"
    var parts = ["preparing", clock]
    if numbers.unitsTotal > 0 {
      let (done, total) = (numbers.unitsDone, numbers.unitsTotal)
      parts = [
        "\(NumberText.grouped(done)) of \(NumberText.counted(total, "unit"))",
        NumberText.short(Double(numbers.spansInspected) / seconds) + " spans/s",
        NumberText.bytes(Int(Double(numbers.bytesRead) / seconds)) + "/s",
        NumberText.counted(numbers.tracesMatched, "trace") + " matched", clock,
      ]
    }
    // A line that reaches the last column wraps on some terminals.
    return DisplayWidth.truncated(parts.joined(separator: " · "), to: max(1, width - 1))
  }
}
