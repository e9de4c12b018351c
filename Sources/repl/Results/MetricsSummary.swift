package import Engine

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
  /// How to see the rest.
  package var allAdvice = "--limit 0 shows all"

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

  package init(_ result: MetricsResult, shownCount: Int, elapsedNanoseconds: UInt64) {
    self.init(
      shownCount: shownCount, seriesCount: result.series.count,
      sampleCount: result.series.reduce(0) { $0 + $1.samples.count { !$0.isNaN } },
      spansInspected: result.statistics.inspectedSpans, elapsedNanoseconds: elapsedNanoseconds,
      bytesRead: result.statistics.inspectedBytes, bytesTotal: result.statistics.blockBytes,
      isPartial: !result.partialReasons.isEmpty)
  }

  /// "10 of 21 series", "1 series", "no series"
  private var count: String {
    if seriesCount == 0 { return "no series" }
    let all = NumberText.grouped(seriesCount) + " series"
    return shownCount < seriesCount ? "\(NumberText.grouped(shownCount)) of \(all)" : all
  }

  package var text: String {
    var parts = isPartial ? ["partial answer"] : []
    parts += [count, NumberText.counted(sampleCount, "sample")]
    // A server may not say what it cost.
    if spansInspected > 0 || bytesTotal > 0 {
      parts.append(NumberText.counted(spansInspected, "span") + " inspected")
    }
    parts.append(DurationText.format(nanoseconds: Int64(clamping: elapsedNanoseconds)))
    if bytesTotal > 0 {
      parts.append("\(NumberText.bytes(bytesRead)) of \(NumberText.bytes(bytesTotal)) read")
    }
    return parts.joined(separator: " · ") + (shownCount < seriesCount ? "; " + allAdvice : "")
  }
}
