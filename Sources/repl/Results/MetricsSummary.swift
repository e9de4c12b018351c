/// The line below the answer to a metrics query: how much of it is shown and what it cost.
package struct MetricsSummary: Sendable {
  package var shownCount: Int
  package var seriesCount: Int
  package var sampleCount: Int
  package var spansInspected: Int
  package var elapsedNanoseconds: UInt64
  package var bytesRead: Int
  package var bytesTotal: Int
  package var isPartial: Bool

  package init(
    shownCount: Int, seriesCount: Int, sampleCount: Int, spansInspected: Int,
    elapsedNanoseconds: UInt64, bytesRead: Int, bytesTotal: Int, isPartial: Bool
  ) {
    self.shownCount = shownCount
    self.seriesCount = seriesCount
    self.sampleCount = sampleCount
    self.spansInspected = spansInspected
    self.elapsedNanoseconds = elapsedNanoseconds
    self.bytesRead = bytesRead
    self.bytesTotal = bytesTotal
    self.isPartial = isPartial
  }

  /// "10 of 21 series", "1 series", "no series"
  private var count: String {
    if seriesCount == 0 { return "no series" }
    let all = NumberText.grouped(seriesCount) + " series"
    return shownCount < seriesCount ? "\(NumberText.grouped(shownCount)) of \(all)" : all
  }

  package var text: String {
    let parts = [
      isPartial ? "partial answer" : nil, count, NumberText.counted(sampleCount, "sample"),
      NumberText.counted(spansInspected, "span") + " inspected",
      DurationText.format(nanoseconds: Int64(clamping: elapsedNanoseconds)),
      "\(NumberText.bytes(bytesRead)) of \(NumberText.bytes(bytesTotal)) read",
    ]
    return parts.compactMap { $0 }.joined(separator: " · ")
      + (shownCount < seriesCount ? "; --limit 0 shows all" : "")
  }
}
