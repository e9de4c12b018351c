package import Engine

/// Series of two ranges of time compared: the mean of each, and how it changed.
package enum MetricsComparison {
  package static func table(_ first: MetricsResult, _ second: MetricsResult) -> Table {
    var table = Table(columns: [
      .init("Series", key: "series", canShrink: true),
      .init("Mean A", key: "a", alignment: .right), .init("Mean B", key: "b", alignment: .right),
      .init("Change", key: "change", alignment: .right),
    ])
    let sides = [means(first), means(second)]
    let names = Set(sides[0].keys).union(sides[1].keys).sorted()
    for name in names {
      let (a, b) = (sides[0][name], sides[1][name])
      table.append(
        .init([
          .text(name), a.map(Cell.float) ?? .missing, b.map(Cell.float) ?? .missing,
          .text(a.flatMap { a in b.map { ChangeText.numbers(a, $0) } } ?? ""),
        ]))
    }
    return table
  }

  private static func means(_ result: MetricsResult) -> [String: Double] {
    var means: [String: Double] = [:]
    for series in result.series {
      let known = series.samples.filter { !$0.isNaN }
      guard !known.isEmpty else { continue }
      let name = series.labels.map { "\($0.key)=\(Cell($0.value).exact)" }.joined(separator: " ")
      means[name] = known.reduce(0, +) / Double(known.count)
    }
    return means
  }
}
