package import Engine

/// Series as rows: labels, then for people a picture of the samples and their extremes, for
/// programs a row for each sample.
package enum MetricsTable {
  package static func table(_ result: MetricsResult, for readers: Table.Readers) -> Table {
    readers == .people ? summary(result) : samples(result)
  }

  private static func labels(_ result: MetricsResult) -> [String] {
    var names: [String] = []
    for label in result.series.flatMap(\.labels) where !names.contains(label.key) {
      names.append(label.key)
    }
    return names
  }

  private static func cells(_ series: MetricsSeries, _ names: [String]) -> [Cell] {
    names.map { name in
      series.labels.first { $0.key == name }.map { Cell($0.value) } ?? .missing
    }
  }

  private static func summary(_ result: MetricsResult) -> Table {
    let names = labels(result)
    var columns = names.map { Table.Column($0, key: $0, canShrink: true) }
    columns += ["Last", "Mean", "Max"].map {
      Table.Column($0, key: $0.lowercased(), alignment: .right)
    }
    var table = Table(columns: columns)
    for series in result.series {
      let known = series.samples.filter { !$0.isNaN }
      let mean = known.isEmpty ? Double.nan : known.reduce(0, +) / Double(known.count)
      table.append(
        .init(
          cells(series, names)
            + [known.last ?? .nan, mean, known.max() ?? .nan].map { .float(rounded($0)) }))
    }
    return table
  }

  /// Five digits are more than an eye can use.
  private static func rounded(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    var scale = 1.0
    while value.magnitude * scale < 10_000, scale < 1e12 { scale *= 10 }
    return (value * scale).rounded() / scale
  }

  private static func samples(_ result: MetricsResult) -> Table {
    let names = labels(result)
    let columns =
      [Table.Column("Time", key: "time")] + names.map { Table.Column($0, key: $0) }
      + [Table.Column("Value", key: "value", alignment: .right)]
    var table = Table(columns: columns)
    for series in result.series {
      let own = cells(series, names)
      for (interval, value) in series.samples.enumerated() where !value.isNaN {
        let time = Cell.time(result.window.timestampNanoseconds(of: interval))
        table.append(.init([time] + own + [.float(value)]))
      }
    }
    return table
  }
}
