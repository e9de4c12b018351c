import Spans

/// Cuts traces into row groups of about the same size.
package enum RowGroupCutter {
  /// Estimated bytes of a row group (blocks.md 4.7).
  package static let bytesTarget = 100_000_000

  /// Ranges of traces; each row group ends with the trace that crosses the target.
  static func rowGroups(
    _ table: SpanTable, _ order: TraceOrder, bytesTarget: Int
  ) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = 0
    var bytes = 0
    for trace in 0..<order.traceCount {
      for span in order.spans[Int(order.offsets[trace])..<Int(order.offsets[trace + 1])] {
        bytes += estimate(Int(span), table)
      }
      if bytes >= bytesTarget {
        groups.append(start..<trace + 1)
        start = trace + 1
        bytes = 0
      }
    }
    if start < order.traceCount { groups.append(start..<order.traceCount) }
    return groups
  }

  /// What a span takes in a file before compression, roughly; its share of the resource included.
  private static func estimate(_ span: Int, _ table: SpanTable) -> Int {
    let (attributeBytes, eventBytes, linkBytes) = (16, 40, 60)
    let resource = Int(table.resourceOfSpan[span])
    let attributes =
      table.attributes.range(of: span).count
      + table.resources.attributes.range(of: resource).count / 2
    let events = Int(table.eventOffsets[span + 1] - table.eventOffsets[span])
    let links = Int(table.linkOffsets[span + 1] - table.linkOffsets[span])
    return 110 + attributes * attributeBytes + events * eventBytes + links * linkBytes
  }
}
