import Engine
import Wire

/// The protobuf of the tag endpoints.
enum TagsProtobuf {
  /// Names and values of v1 are the same message.
  static func strings(_ strings: [String], _ statistics: QueryStatistics) -> [UInt8] {
    var writer = ProtobufWriter()
    for string in strings { writer.string(1, string) }
    writer.metadataMetrics(2, statistics)
    return writer.bytes
  }

  static func namesV2(_ names: FoundTagNames) -> [UInt8] {
    var writer = ProtobufWriter()
    for scope in names.scopes where !scope.tags.isEmpty {
      writer.message(1) { writer in
        writer.field(1, text: scope.name)
        for tag in scope.tags { writer.string(2, tag) }
      }
    }
    writer.metadataMetrics(2, names.statistics)
    return writer.bytes
  }

  static func valuesV2(_ values: [TagValueText], _ statistics: QueryStatistics) -> [UInt8] {
    var writer = ProtobufWriter()
    for value in values {
      writer.message(1) { writer in
        writer.field(1, text: value.type)
        writer.field(2, text: value.value)
      }
    }
    writer.metadataMetrics(2, statistics)
    return writer.bytes
  }
}
