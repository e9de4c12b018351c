/// The line below an answer: how much of it is shown and what it cost.
package struct AnswerSummary: Sendable {
  package var shownCount: Int
  package var matchedCount: Int
  package var matchedCountIsExact: Bool
  package var spansInspected: Int
  package var elapsedNanoseconds: UInt64
  package var bytesRead: Int
  package var bytesTotal: Int
  /// 0 for all.
  package var limit: Int

  package init(
    shownCount: Int, matchedCount: Int, matchedCountIsExact: Bool, spansInspected: Int,
    elapsedNanoseconds: UInt64, bytesRead: Int, bytesTotal: Int, limit: Int
  ) {
    self.shownCount = shownCount
    self.matchedCount = matchedCount
    self.matchedCountIsExact = matchedCountIsExact
    self.spansInspected = spansInspected
    self.elapsedNanoseconds = elapsedNanoseconds
    self.bytesRead = bytesRead
    self.bytesTotal = bytesTotal
    self.limit = limit
  }

  /// False if there is, or may be, more than is shown.
  package var isWhole: Bool { matchedCountIsExact && shownCount >= matchedCount }

  /// How to see the rest; nil if the limit hides nothing.
  package var advice: String? {
    !isWhole && limit > 0 && shownCount >= limit ? "--limit 0 shows all" : nil
  }

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
    if shownCount == 0 { return "no traces so far" }
    return "the newest \(NumberText.counted(shownCount, "trace")), there may be more"
  }

  package var text: String {
    let parts = [
      count, NumberText.counted(spansInspected, "span") + " inspected",
      DurationText.format(nanoseconds: Int64(clamping: elapsedNanoseconds)),
      "\(NumberText.bytes(bytesRead)) of \(NumberText.bytes(bytesTotal)) read",
    ]
    return parts.joined(separator: " · ") + (advice.map { "; " + $0 } ?? "")
  }
}
