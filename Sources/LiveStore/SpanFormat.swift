import Intake
import Spans
import WriteAheadLog

/// The forms in which spans are sent. The numbers stand in logs: they never change.
package enum SpanFormat: UInt8, Sendable, CaseIterable {
  case otlpProtobuf = 1
  case otlpJSON = 2
  case zipkinJSON = 3
  case jaegerThrift = 4

  /// Appends the spans of a body, all of them or, if it throws, none; returns how many attributes
  /// were cut.
  func decode(
    _ body: [UInt8], attributeBytesMax: Int, into table: inout SpanTable
  ) throws(IntakeError) -> TruncationCounts {
    if self == .otlpProtobuf {
      var decoder = OTLPDecoder(attributeBytesMax: attributeBytesMax)
      _ = try decoder.decode(body, into: &table)
      return decoder.truncated
    }
    var own = SpanTable()
    switch self {
    case .otlpProtobuf, .otlpJSON: try OTLPJSONDecoder.decode(body, into: &own)
    case .zipkinJSON: try ZipkinDecoder.decode(body, into: &own)
    case .jaegerThrift: try JaegerThriftDecoder.decode(body, into: &own)
    }
    return table.append(contentsOf: own, .init(attributeBytesMax: attributeBytesMax))
  }
}

extension SpanFormat {
  /// How many spans a body that is refused announces; at least one.
  func announcedSpanCount(_ body: [UInt8]) -> Int {
    switch self {
    case .otlpProtobuf: max(1, SpanCount.ofProtobuf(body))
    case .otlpJSON: max(1, SpanCount.ofOTLPJSON(body))
    case .zipkinJSON: max(1, SpanCount.ofZipkin(body))
    case .jaegerThrift: max(1, JaegerThriftDecoder.spanCount(body))
    }
  }
}

extension LoggedRequest {
  /// Appends the spans the request stands for, as they were taken when it came.
  func decode(into table: inout SpanTable) throws(IntakeError) {
    guard let format = SpanFormat(rawValue: format) else {
      throw .unknownFormat("spans in a form this version does not know (\(self.format))")
    }
    let cut = Int(attributeBytesMax)
    if droppedTraces.isEmpty {
      _ = try format.decode(body, attributeBytesMax: cut, into: &table)
      return
    }
    var whole = SpanTable()
    _ = try format.decode(body, attributeBytesMax: cut, into: &whole)
    let dropped = stride(from: 0, to: droppedTraces.count - 15, by: 16).map {
      TraceID(droppedTraces[$0..<$0 + 16])
    }
    table.append(contentsOf: whole, .init(leavingOut: Set(dropped)))
  }
}
