import Engine
import Wire

/// The protobuf of `QueryRangeResponse` and `QueryInstantResponse` (http-api.md 12.5).
enum MetricsProtobuf {
  static func range(_ result: MetricsResult, seriesMax: Int) -> [UInt8] {
    let stamps = result.sampleMilliseconds
    var writer = ProtobufWriter(
      reservingBytes: (20 * stamps.count + 128) * result.series.count)
    for series in result.series {
      writer.message(1) { writer in
        writer.field(1, attributes: series.labels)
        for (stamp, sample) in zip(stamps, series.samples) where !sample.isNaN {
          writer.message(2) { $0.sample(value: 1, sample, time: 2, stamp) }
        }
        for exemplar in series.exemplars {
          writer.message(4) { writer in
            writer.field(1, attributes: exemplar.labels)
            writer.sample(
              value: 2, exemplar.value, time: 3, Int64(exemplar.timestampNanoseconds / 1_000_000))
          }
        }
      }
    }
    writer.finish(result, seriesMax)
    return writer.bytes
  }

  static func instant(_ result: MetricsResult, seriesMax: Int) -> [UInt8] {
    var writer = ProtobufWriter(reservingBytes: 128 * result.series.count)
    for series in result.series {
      guard let value = series.samples.first, !value.isNaN else { continue }
      writer.message(1) { writer in
        writer.field(1, attributes: series.labels)
        if value != 0 { writer.double(2, value) }
      }
    }
    writer.finish(result, seriesMax)
    return writer.bytes
  }
}

extension ProtobufWriter {
  fileprivate mutating func sample(value: Int, _ sample: Double, time: Int, _ stamp: Int64) {
    if sample != 0 { double(value, sample) }
    if stamp != 0 { uint64(time, UInt64(bitPattern: stamp)) }
  }

  fileprivate mutating func finish(_ result: MetricsResult, _ seriesMax: Int) {
    searchMetrics(2, result.statistics)
    guard result.isTruncated else { return }
    field(3, count: 1)
    field(4, text: result.truncationMessage(seriesMax))
  }
}
