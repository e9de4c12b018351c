import Engine
import Wire

/// The JSON of `QueryRangeResponse` and `QueryInstantResponse` (http-api.md 8.4, 8.5).
enum MetricsJSON {
  static func range(_ result: MetricsResult, seriesMax: Int) -> [UInt8] {
    // Each sample begins with one of these.
    let stamps = result.sampleMilliseconds.map { Array("{\"timestampMs\":\"\($0)\"".utf8) }
    var writer = JSONWriter(
      escapingMarkup: true, reservingBytes: (48 * stamps.count + 256) * result.series.count)
    writer.object { writer in
      writer.key("series")
      writer.array { writer in
        for series in result.series { write(series, stamps, &writer) }
      }
      writer.finish(result, seriesMax)
    }
    return writer.bytes
  }

  static func instant(_ result: MetricsResult, seriesMax: Int) -> [UInt8] {
    var writer = JSONWriter(escapingMarkup: true, reservingBytes: 256 * result.series.count)
    writer.object { writer in
      let series = result.series.filter { !($0.samples.first?.isNaN ?? true) }
      if !series.isEmpty {
        writer.key("series")
        writer.array { writer in
          for series in series {
            writer.object { writer in
              writer.member("labels", attributes: series.labels)
              writer.member("value", double: series.samples[0])
            }
          }
        }
      }
      writer.finish(result, seriesMax)
    }
    return writer.bytes
  }

  private static func write(
    _ series: MetricsSeries, _ stamps: [[UInt8]], _ writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.member("labels", attributes: series.labels)
      writer.key("samples")
      writer.array { writer in
        for (stamp, sample) in zip(stamps, series.samples) where !sample.isNaN {
          writer.raw(stamp)
          writer.member("value", double: sample)
          writer.endObject()
        }
      }
      if series.exemplars.isEmpty { return }
      writer.key("exemplars")
      writer.array { writer in
        for exemplar in series.exemplars { write(exemplar, &writer) }
      }
    }
  }

  private static func write(_ exemplar: MetricsExemplar, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("labels", attributes: exemplar.labels)
      writer.member("value", double: exemplar.value)
      writer.key("timestampMs")
      writer.quoted(Int64(exemplar.timestampNanoseconds / 1_000_000))
    }
  }
}

extension MetricsResult {
  /// Stamps are cut to milliseconds.
  var sampleMilliseconds: [Int64] {
    (0..<window.intervalCount).map { Int64(window.timestampNanoseconds(of: $0) / 1_000_000) }
  }

  /// What a response says when `maxSeries` cut it.
  func truncationMessage(_ seriesMax: Int) -> String {
    "Response exceeds maximum series limit of \(seriesMax), a partial response is returned. "
      + "Warning: the accuracy of each individual value is not guaranteed."
  }
}

extension JSONWriter {
  fileprivate mutating func finish(_ result: MetricsResult, _ seriesMax: Int) {
    metrics(result.statistics, ofSearch: true)
    guard result.isTruncated else { return }
    member("status", text: "PARTIAL")
    member("message", text: result.truncationMessage(seriesMax))
  }

  /// Left out when it is 0; infinities are strings.
  fileprivate mutating func member(_ name: StaticString, double value: Double) {
    guard value != 0 else { return }
    key(plain: name)
    double(value)
  }
}
