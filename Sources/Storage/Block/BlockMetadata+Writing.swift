import Wire

extension BlockMetadata {
  /// The bytes of the block's `meta.json`, members in Tempo's order (blocks.md 2.1).
  package func json() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("format", format)
      writer.member("blockID", blockID)
      writer.member("tenantID", tenant)
      if let timeRange {
        writer.member("startTime", RFC3339.text(nanoseconds: timeRange.lowerBound))
        writer.member("endTime", RFC3339.text(nanoseconds: timeRange.upperBound))
      }
      writer.member("totalObjects", traceCount)
      if byteCount > 0 { writer.member("size", byteCount) }
      writer.member("compactionLevel", compactionLevel)
      writer.member("indexPageSize", 0)
      writer.member("totalRecords", rowGroupCount)
      writer.member("bloomShards", bloomShardCount)
      writer.member("footerSize", footerByteCount)
      if !dedicatedColumns.isEmpty {
        writer.key("dedicatedColumns")
        writer.array { writer in
          for column in dedicatedColumns { column.write(to: &writer) }
        }
      }
      writer.member("replicationFactor", replicationFactor)
    }
    return writer.bytes
  }
}

extension DedicatedColumn {
  /// Scope span and type string are what is meant when nothing is said.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      switch scope {
      case .resource: writer.member("s", "resource")
      case .event: writer.member("s", "event")
      default: break
      }
      writer.member("n", name)
      if kind == .int { writer.member("t", "int") }
      if !options.isEmpty {
        writer.key("o")
        writer.array { writer in for option in options { writer.string(option) } }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  fileprivate mutating func member(_ name: String, _ value: Int) {
    key(name)
    int(value)
  }
}
