/// The line below an answer: how much of it is shown and what it cost.
package struct AnswerSummary: Sendable {
  package var shownCount: Int
  package var matchedCount: Int
  package var matchedCountIsExact: Bool
  package var spansInspected: Int
  package var elapsedNanoseconds: UInt64
  package var bytesRead: Int
  package var bytesTotal: Int

  package init(
    shownCount: Int, matchedCount: Int, matchedCountIsExact: Bool, spansInspected: Int,
    elapsedNanoseconds: UInt64, bytesRead: Int, bytesTotal: Int
  ) {
    self.shownCount = shownCount
    self.matchedCount = matchedCount
    self.matchedCountIsExact = matchedCountIsExact
    self.spansInspected = spansInspected
    self.elapsedNanoseconds = elapsedNanoseconds
    self.bytesRead = bytesRead
    self.bytesTotal = bytesTotal
  }

  /// False if there is, or may be, more than is shown.
  package var isWhole: Bool { matchedCountIsExact && shownCount >= matchedCount }

  /// "20 of 1,145 traces", "20 of more than 37 traces", "3 traces", "no traces"
  package var count: String {
    if isWhole {
      return shownCount == 0 ? "no traces" : NumberText.counted(shownCount, "trace")
    }
    let shown = NumberText.grouped(shownCount)
    if matchedCountIsExact { return "\(shown) of \(NumberText.counted(matchedCount, "trace"))" }
    if matchedCount > shownCount {
      return "\(shown) of \(NumberText.grouped(matchedCount)) or more traces"
    }
    return "the newest \(NumberText.counted(shownCount, "trace")), there may be more"
  }

  package var text: String {
    var parts = [
      count, NumberText.counted(spansInspected, "span") + " inspected",
      DurationText.format(nanoseconds: Int64(clamping: elapsedNanoseconds)),
      "\(NumberText.bytes(bytesRead)) of \(NumberText.bytes(bytesTotal)) read",
    ]
    if !isWhole { parts[parts.count - 1] += "; --limit 0 shows all" }
    return parts.joined(separator: " · ")
  }
}
