/// What a waterfall shows of a span.
package struct WaterfallSpan: Sendable {
  package var id: [UInt8]
  /// Empty for a root.
  package var parentID: [UInt8]
  package var service: String
  package var name: String
  /// Unix nanoseconds.
  package var startNanoseconds: UInt64
  /// Negative for a span that ends before it starts.
  package var durationNanoseconds: Int64
  package var isError: Bool
  package var statusMessage: String
  package var eventCount: Int

  package init(
    id: [UInt8], parentID: [UInt8] = [], service: String, name: String, startNanoseconds: UInt64,
    durationNanoseconds: Int64, isError: Bool = false, statusMessage: String = "",
    eventCount: Int = 0
  ) {
    self.id = id
    self.parentID = parentID
    self.service = service
    self.name = name
    self.startNanoseconds = startNanoseconds
    self.durationNanoseconds = durationNanoseconds
    self.isError = isError
    self.statusMessage = statusMessage
    self.eventCount = eventCount
  }

  /// Unix nanoseconds of the later end.
  package var endNanoseconds: UInt64 {
    let length = UInt64(max(0, durationNanoseconds))
    let (end, overflow) = startNanoseconds.addingReportingOverflow(length)
    return overflow ? .max : end
  }
}
