import Engine
import OTLP
import Wire

// Proto3 leaves out members that have their default.
extension JSONWriter {
  mutating func member(_ name: String, text: String) {
    guard !text.isEmpty else { return }
    key(name)
    string(text)
  }

  mutating func member(_ name: String, count: Int) {
    guard count != 0 else { return }
    key(name)
    int(count)
  }

  /// A 64-bit number: a string.
  mutating func member(_ name: String, quoted value: UInt64) {
    guard value != 0 else { return }
    key(name)
    quoted(value)
  }

  mutating func member(_ name: String, attributes: [NamedValue]) {
    guard !attributes.isEmpty else { return }
    key(name)
    array { writer in
      for attribute in attributes {
        writer.object { writer in
          writer.member("key", text: attribute.key)
          writer.key("value")
          TraceJSON.write(AnyValue(attribute.value), into: &writer)
        }
      }
    }
  }

  /// A list that stands even when it is empty.
  mutating func member(_ name: String, strings: [String]) {
    key(name)
    array { writer in
      for string in strings { writer.string(string) }
    }
  }

  /// What a query cost: `SearchMetrics` and, with fewer members, `MetadataMetrics`.
  mutating func metrics(_ statistics: QueryStatistics, ofSearch: Bool) {
    key("metrics")
    object { writer in
      if ofSearch { writer.member("inspectedTraces", count: statistics.inspectedTraces) }
      writer.member("inspectedBytes", quoted: UInt64(statistics.inspectedBytes))
      writer.member("totalBlocks", count: statistics.blockCount)
      writer.member("completedJobs", count: statistics.unitCount)
      writer.member("totalJobs", count: statistics.unitCount)
      writer.member("totalBlockBytes", quoted: UInt64(statistics.blockBytes))
      if ofSearch {
        writer.member("inspectedSpans", quoted: UInt64(statistics.inspectedSpans))
      }
    }
  }
}
