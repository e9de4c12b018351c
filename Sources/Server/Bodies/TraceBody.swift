import OTLP
import Wire

/// A `TraceByIDResponse`: a trace, what finding it cost, and why it may not be whole.
enum TraceBody {
  static func protobuf(_ found: TraceEndpoint.Found) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.message(1) { TraceProtobuf.write(found.trace, into: &$0) }
    writer.message(2) { if found.bytesRead > 0 { $0.uint64(1, UInt64(found.bytesRead)) } }
    if !found.notices.isEmpty {
      writer.uint64(3, 1)
      writer.string(4, found.message)
    }
    return writer.bytes
  }

  static func json(_ found: TraceEndpoint.Found) -> [UInt8] {
    var writer = JSONWriter(escapingMarkup: true)
    writer.object { writer in
      writer.key("trace")
      TraceJSON.write(found.trace, topLevelKey: .resourceSpans, into: &writer)
      writer.key("metrics")
      writer.object { $0.member("inspectedBytes", quoted: UInt64(found.bytesRead)) }
      if !found.notices.isEmpty {
        writer.key("status")
        writer.string("PARTIAL")
        writer.member("message", text: found.message)
      }
    }
    return writer.bytes
  }
}

extension TraceEndpoint.Found {
  /// All reasons in one sentence.
  var message: String { notices.joined(separator: "; ") }
}
