package import Engine

/// Compares an answer with what was expected of it.
package struct ExpectationJudge {
  package typealias Failure = CheckOutcome.Failure

  /// Wrong rows shown of each expectation.
  package static let rowsMax = 5

  package static func judge(
    _ expectation: CheckExpectation, found result: SearchResult
  ) -> Failure? {
    let count = result.matchedTraceCount
    let traces = NumberText.counted(count, "trace")
    func failure(_ found: String) -> Failure {
      Failure(
        line: expectation.line, expected: expectation.text, found: found, rows: rows(result))
    }
    switch expectation.kind {
    case .none: return count == 0 ? nil : failure("\(traces) \(count == 1 ? "was" : "were") found")
    case .rows: return count > 0 ? nil : failure("no trace was found")
    case .count(let test):
      return test.accepts(Double(count)) ? nil : failure(counted(traces, count))
    case .spans(let test):
      let spans = result.traces.lazy.flatMap(\.spanSets).reduce(0) { $0 + $1.matched }
      return test.accepts(Double(spans))
        ? nil : failure(counted(NumberText.counted(spans, "span"), spans) + " in \(traces)")
    case .value, .trace: preconditionFailure("the parser keeps these from searches judged here")
    }
  }

  private static func counted(_ text: String, _ count: Int) -> String {
    count == 1 ? "there is \(text)" : "there are \(text)"
  }

  /// The newest traces, as a table draws them.
  private static func rows(_ result: SearchResult) -> [String] {
    let shown = Array(result.traces.prefix(rowsMax))
    guard !shown.isEmpty else { return [] }
    let table = TraceRows.table(shown, for: .people, zone: .utc)
    let rest = result.matchedTraceCount - shown.count
    return TextTable(width: nil, style: .plain, zone: .utc).lines(table)
      + (rest > 0 ? ["and \(NumberText.grouped(rest)) more"] : [])
  }
}

extension ExpectationJudge {
  package static func judge(
    _ expectation: CheckExpectation, of unit: MetricsUnit, found result: MetricsResult
  ) -> Failure? {
    let samples = Samples(result, unit)
    let series = NumberText.grouped(result.series.count) + " series"
    func failure(_ found: String, _ rows: [String]) -> Failure {
      Failure(line: expectation.line, expected: expectation.text, found: found, rows: rows)
    }
    switch expectation.kind {
    case .none:
      let isEmpty = result.series.isEmpty
      return isEmpty ? nil : failure("\(series) came", samples.summary())
    case .rows: return result.series.isEmpty ? failure("no series came", []) : nil
    case .count(let test):
      let accepted = test.accepts(Double(result.series.count))
      return accepted ? nil : failure("there are \(series)", samples.summary())
    case .value(let quantifier, let test, let orNone):
      guard samples.count > 0 else { return orNone ? nil : failure("there are no samples", []) }
      switch quantifier {
      case .every: return samples.failureOfEvery(test, failure)
      case .any: return samples.failureOfAny(test, failure)
      case .last: return samples.failureOfLast(test, failure)
      }
    case .spans, .trace: preconditionFailure("the parser keeps these from metrics queries")
    }
  }

  /// The samples of an answer, with what they are called.
  private struct Samples {
    let result: MetricsResult
    let unit: MetricsUnit
    let names: SeriesNames
    let count: Int

    struct Sample {
      var series: Int
      var interval: Int
      var value: Double
    }

    init(_ result: MetricsResult, _ unit: MetricsUnit) {
      self.result = result
      self.unit = unit
      names = SeriesNames(result.series)
      count = result.series.reduce(0) { $0 + $1.samples.count { !$0.isNaN } }
    }

    func failureOfEvery(
      _ test: NumberTest, _ failure: (String, [String]) -> Failure
    ) -> Failure? {
      var wrong: [Sample] = []
      var wrongCount = 0
      var wrongSeries: Set<Int> = []
      for (index, series) in result.series.enumerated() {
        for (interval, value) in series.samples.enumerated()
        where !value.isNaN && !test.accepts(value) {
          wrongCount += 1
          wrongSeries.insert(index)
          if wrong.count < rowsMax {
            wrong.append(Sample(series: index, interval: interval, value: value))
          }
        }
      }
      guard wrongCount > 0 else { return nil }
      let samples = "\(NumberText.grouped(wrongCount)) of \(NumberText.counted(count, "sample"))"
      let series =
        "\(NumberText.grouped(wrongSeries.count)) of "
        + "\(NumberText.grouped(result.series.count)) series"
      return failure(
        "\(samples) \(wrongCount == 1 ? "is" : "are") not, in \(series)",
        rows(wrong, of: wrongCount))
    }

    func failureOfAny(
      _ test: NumberTest, _ failure: (String, [String]) -> Failure
    ) -> Failure? {
      var (least, most) = (Double.infinity, -Double.infinity)
      for value in result.series.lazy.flatMap(\.samples) where !value.isNaN {
        if test.accepts(value) { return nil }
        (least, most) = (min(least, value), max(most, value))
      }
      let range =
        least == most
        ? "all are \(unit.readable(least))"
        : "they lie between \(unit.readable(least)) and \(unit.readable(most))"
      return failure("none of \(NumberText.counted(count, "sample")) is: \(range)", summary())
    }

    func failureOfLast(
      _ test: NumberTest, _ failure: (String, [String]) -> Failure
    ) -> Failure? {
      let lasts = result.series.enumerated().compactMap { index, series -> Sample? in
        guard let interval = series.samples.lastIndex(where: { !$0.isNaN }) else { return nil }
        return Sample(series: index, interval: interval, value: series.samples[interval])
      }
      let wrong = lasts.filter { !test.accepts($0.value) }
      guard !wrong.isEmpty else { return nil }
      let shown = Array(wrong.prefix(rowsMax))
      return failure(
        "the last sample of \(NumberText.grouped(wrong.count)) of "
          + "\(NumberText.grouped(lasts.count)) series is not", rows(shown, of: wrong.count))
    }

    private func rows(_ samples: [Sample], of total: Int) -> [String] {
      var table = Table(columns: [
        .init("", key: "series"), .init("", key: "time"),
        .init("", key: "value", alignment: .right),
      ])
      for sample in samples {
        let time = result.window.timestampNanoseconds(of: sample.interval)
        let cell = result.window.isInstant ? Cell.missing : .time(time)
        table.append(
          .init([
            .text(names.name(result.series[sample.series])), cell,
            .text(unit.readable(sample.value)),
          ]))
      }
      let lines = TextTable(width: nil, style: .plain, zone: .utc).lines(table).dropFirst()
      let rest = total - samples.count
      return lines + (rest > 0 ? ["and \(NumberText.grouped(rest)) more"] : [])
    }

    /// The first series with what their samples are like.
    func summary() -> [String] {
      let shown = Array(result.series.prefix(rowsMax))
      guard !shown.isEmpty else { return [] }
      let table =
        result.window.isInstant
        ? SeriesTable.instant(shown, unit: unit, barWidth: 0)
        : SeriesTable.summary(shown, unit: unit, sparkWidth: 16)
      let rest = result.series.count - shown.count
      return TextTable(width: nil, style: .plain, zone: .utc).lines(table)
        + (rest > 0 ? ["and \(NumberText.grouped(rest)) more"] : [])
    }
  }
}
