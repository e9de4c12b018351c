package import Engine

/// Series of two ranges of time compared: how each went, its mean, and how that changed.
package enum MetricsComparison {
  /// Columns of a sparkline.
  private static let sparkWidth = 8

  package static func table(
    _ first: MetricsResult, _ second: MetricsResult, unit: MetricsUnit, for readers: Table.Readers
  ) -> Table {
    var table = Table(columns: [.init("Series", key: "series", canShrink: true)])
    if readers == .people {
      table.columns += [
        .init("Trend A", key: "a_trend", isOptional: true),
        .init("Trend B", key: "b_trend", isOptional: true),
      ]
    }
    table.columns += [
      .init("Mean A", key: "a", alignment: .right), .init("Mean B", key: "b", alignment: .right),
      .init("Change", key: "change", alignment: .right),
    ]
    let names = SeriesNames(first.series + second.series)
    let sides = [first, second].map { result in
      [String: MetricsSeries](result.series.map { (names.name($0), $0) }) { known, _ in known }
    }
    func mean(_ side: Int, _ name: String) -> Double? {
      sides[side][name].flatMap { $0.mean.isFinite ? $0.mean : nil }
    }
    func change(_ name: String) -> Double { (mean(1, name) ?? 0) - (mean(0, name) ?? 0) }
    // What changed most comes first.
    let ordered = Set(sides[0].keys).union(sides[1].keys).sorted { x, y in
      let (dx, dy) = (change(x).magnitude, change(y).magnitude)
      return dx != dy ? dx > dy : x < y
    }
    for name in ordered {
      let pair = sides.map { $0[name] }
      let means = [mean(0, name), mean(1, name)]
      var cells: [Cell] = [.text(name)]
      if readers == .people {
        cells += pair.map {
          $0.map { .text(Sparkline.text($0.samples, width: sparkWidth)) } ?? .missing
        }
      }
      cells += means.map { mean in
        guard let mean else { return .missing }
        return readers == .people ? .text(unit.readable(mean)) : .float(mean)
      }
      cells.append(.text(changeText(means[0], means[1], unit)))
      table.append(.init(cells))
    }
    return table
  }

  private static func changeText(_ a: Double?, _ b: Double?, _ unit: MetricsUnit) -> String {
    guard let a, let b else { return "" }
    return ChangeText.numbers(a, b) { unit.readable($0) }
  }
}
