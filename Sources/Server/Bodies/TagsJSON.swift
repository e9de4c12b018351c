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

  /// Values grouped by their type, for language models (http-api.md 7.4).
  static func valuesByType(_ values: [TagValueText], _ statistics: QueryStatistics) -> [UInt8] {
    var writer = JSONWriter(escapingMarkup: true)
    writer.object { writer in
      writer.key("tagValues")
      writer.object { writer in
        let groups = Dictionary(grouping: values, by: \.type)
        for (type, values) in groups.sorted(by: { $0.key < $1.key }) {
          writer.member(type, strings: values.map(\.value))
        }
      }
      writer.key("metrics")
      writer.object { writer in
        writer.member("inspectedBytes", count: statistics.inspectedBytes)
        writer.member("completedJobs", count: statistics.unitCount)
        writer.member("totalJobs", count: statistics.unitCount)
        writer.member("totalBlocks", count: statistics.blockCount)
        writer.member("totalBlockBytes", count: statistics.blockBytes)
      }
    }
    return writer.bytes
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
