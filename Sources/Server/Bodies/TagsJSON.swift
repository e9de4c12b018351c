import Engine
import Wire

/// The JSON of the tag endpoints.
enum TagsJSON {
  static func namesV1(_ names: [String], _ statistics: QueryStatistics) -> [UInt8] {
    encode(statistics) { $0.member("tagNames", strings: names) }
  }

  static func namesV2(_ names: FoundTagNames) -> [UInt8] {
    encode(names.statistics) { writer in
      writer.key("scopes")
      writer.array { writer in
        for scope in names.scopes where !scope.tags.isEmpty {
          writer.object { writer in
            writer.member("name", text: scope.name)
            writer.member("tags", strings: scope.tags)
          }
        }
      }
    }
  }

  static func valuesV1(_ values: [String], _ statistics: QueryStatistics) -> [UInt8] {
    encode(statistics) { $0.member("tagValues", strings: values) }
  }

  static func valuesV2(_ values: [TagValueText], _ statistics: QueryStatistics) -> [UInt8] {
    encode(statistics) { writer in
      writer.key("tagValues")
      writer.array { writer in
        for value in values {
          writer.object { writer in
            writer.member("type", text: value.type)
            writer.member("value", text: value.value)
          }
        }
      }
    }
  }

  private static func encode(
    _ statistics: QueryStatistics, _ list: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter(escapingMarkup: true)
    writer.object { writer in
      list(&writer)
      writer.metrics(statistics, ofSearch: false)
    }
    return writer.bytes
  }
}
