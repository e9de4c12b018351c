import Engine
import OTLP
import Wire

// Proto3 leaves out fields that have their default.
extension ProtobufWriter {
  mutating func field(_ number: Int, text: String) {
    if !text.isEmpty { string(number, text) }
  }

  mutating func field(_ number: Int, count: Int) {
    if count != 0 { uint64(number, UInt64(count)) }
  }

  mutating func field(_ number: Int, _ value: UInt64) {
    if value != 0 { uint64(number, value) }
  }

  mutating func field(_ number: Int, attributes: [NamedValue]) {
    for attribute in attributes {
      message(number) { TraceProtobuf.write(KeyValue(attribute), into: &$0) }
    }
  }

  /// `SearchMetrics`.
  mutating func searchMetrics(_ number: Int, _ statistics: QueryStatistics) {
    message(number) { writer in
      writer.field(1, count: statistics.inspectedTraces)
      writer.field(2, count: statistics.inspectedBytes)
      writer.field(3, count: statistics.blockCount)
      writer.field(4, count: statistics.unitCount)
      writer.field(5, count: statistics.unitCount)
      writer.field(6, count: statistics.blockBytes)
      writer.field(7, count: statistics.inspectedSpans)
    }
  }

  /// `MetadataMetrics`: the same facts under other numbers.
  mutating func metadataMetrics(_ number: Int, _ statistics: QueryStatistics) {
    message(number) { writer in
      writer.field(1, count: statistics.inspectedBytes)
      writer.field(2, count: statistics.unitCount)
      writer.field(3, count: statistics.unitCount)
      writer.field(4, count: statistics.blockCount)
      writer.field(5, count: statistics.blockBytes)
    }
  }
}
