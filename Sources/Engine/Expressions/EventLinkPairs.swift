import Storage

/// One row for each combination of an event and a link of each span, handed out in batches: their
/// number is a product, and memory must not grow with it.
struct EventLinkPairs {
  private let spans: [UInt32]
  /// nil where rows need none: then there is one row with "no event", or "no link".
  private let events: [UInt32]?
  private let links: [UInt32]?
  private let pairsMax: Int
  private var nextSpan = 0
  /// Pairs of `nextSpan` handed out already.
  private var nextPair = 0

  private static let batchRows = 1 << 18

  init(
    _ context: UnitContext, _ spans: [UInt32], events: Bool, links: Bool
  ) throws(StorageError) {
    self.spans = spans
    self.events = events ? try context.unit.offsets(of: .event) : nil
    self.links = links ? try context.unit.offsets(of: .link) : nil
    pairsMax = context.limits.eventLinkPairsMax
  }

  /// The next rows, nil at the end.
  mutating func next() throws(StorageError) -> RowSet? {
    guard nextSpan < spans.count else { return nil }
    var rows = RowSet(spans: [], events: [], links: [])
    while nextSpan < spans.count, rows.count < Self.batchRows {
      let span = spans[nextSpan]
      let events = Self.choices(self.events, span)
      let links = Self.choices(self.links, span)
      let (pairs, overflows) = events.count.multipliedReportingOverflow(by: links.count)
      guard !overflows, pairs <= pairsMax else {
        throw .tooMuchMemory(
          "a span with \(events.count) events and \(links.count) links has more pairs of them than "
            + "a filter may look at (\(pairsMax)); filter events and links in braces of their own")
      }
      let end = min(pairs, nextPair + Self.batchRows - rows.count)
      for pair in nextPair..<end {
        rows.spans.append(span)
        rows.events?.append(events.lowerBound + Int32(pair / links.count))
        rows.links?.append(links.lowerBound + Int32(pair % links.count))
      }
      nextPair = end
      if end == pairs { (nextSpan, nextPair) = (nextSpan + 1, 0) }
    }
    return rows
  }

  /// The elements of a span, or the one row -1 that stands for none.
  private static func choices(_ offsets: [UInt32]?, _ span: UInt32) -> Range<Int32> {
    guard let offsets else { return -1..<0 }
    let range = offsets[Int(span)]..<offsets[Int(span) + 1]
    return range.isEmpty ? -1..<0 : Int32(range.lowerBound)..<Int32(range.upperBound)
  }
}
