import Storage
import TestSupport
import Testing
import TraceQL

@testable import Engine

/// More series than there is room for: a marked answer that is the same every time, whose series
/// have counted all of their spans.
@Suite struct CutSeriesTests {
  /// Tables of few series, filled and merged in any order, keep the same ones.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func orderDoesNotShow(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let spans = (0..<400).map { _ in Int64(random.integer(0...60)) }
    let totals = Dictionary(grouping: spans) { $0 }.mapValues { Double($0.count) }

    func counts(_ tableCount: Int, _ random: inout SplitMix) -> [Int64: Double] {
      var tables = (0..<tableCount).map { _ in
        SeriesTable(kind: .counts, intervalCount: 1, rowsMax: 10)
      }
      var left = spans.shuffled(using: &random)
      while !left.isEmpty {
        let unit = Array(left.prefix(random.integer(1...50)))
        left.removeFirst(unit.count)
        let table = random.integer(0...tableCount - 1)
        let rows = tables[table].rows(of: unit.map { SeriesKey(values: [.int($0)]) })
        for row in rows { if let row { tables[table].cells.counts[row] += 1 } }
      }
      var merged = tables.removeFirst()
      for table in tables { merged.merge(table) }
      #expect(merged.isTruncated)
      var result: [Int64: Double] = [:]
      for (key, count) in zip(merged.keys, merged.cells.counts) {
        if case .int(let number) = key.values[0] { result[number] = count }
      }
      return result
    }

    let alone = counts(1, &random)
    #expect(alone.count == 10)
    #expect(alone == totals.filter { alone[$0.key] != nil })
    for tableCount in 1...4 { #expect(counts(tableCount, &random) == alone) }
  }

  /// The same of the values of a comparison; the totals of attributes count all.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func valuesOfComparisons(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let spans = (0..<400).map { _ in Int64(random.integer(0...60)) }

    func table(_ tableCount: Int, _ random: inout SplitMix) -> ComparisonTable {
      let empty = ComparisonTable(
        intervalCount: 1, valuesMax: 10, exemplars: ExemplarTable(slotCount: 0))
      var tables = [ComparisonTable](repeating: empty, count: tableCount)
      for span in spans.shuffled(using: &random) {
        let number = random.integer(0...tableCount - 1)
        let attribute = tables[number].attribute("a")
        let value = tables[number].value(.int(span), of: attribute)
        tables[number].add(1, attribute: attribute, value: value, cell: 0)
        if random.chance(percent: 10) { tables[number].cut() }
      }
      var merged = tables.removeFirst()
      for table in tables { merged.merge(table) }
      merged.cut()
      return merged
    }

    func counts(_ table: ComparisonTable) -> [Value: Double] {
      Dictionary(
        uniqueKeysWithValues: zip(table.values, table.valueTotals()).map { ($0.value, $1[0]) })
    }

    let alone = table(1, &random)
    let exact = Dictionary(grouping: spans) { Value.int($0) }.mapValues { Double($0.count) }
    #expect(alone.values.count == 10 && alone.isTruncated)
    #expect(counts(alone) == exact.filter { counts(alone)[$0.key] != nil })
    for tableCount in 1...4 {
      let other = table(tableCount, &random)
      #expect(counts(other) == counts(alone))
      #expect(other.totals(0, .baseline) == [400])
    }
  }

  private func metrics(
    _ text: String, _ change: (inout QueryOptions) -> Void
  ) async throws -> MetricsResult {
    let blocks = try CopiedStore.blocks(at: Fixture.smallBlocks(version: "vParquet4"))
    let query = try #require(Query.parse(text).query)
    let times = blocks.compactMap(\.metadata.timeRange)
    let first = try #require(times.map(\.lowerBound).min())
    let last = try #require(times.map(\.upperBound).max())
    let step = (last - first) / 398 + 1
    let start = first - step
    var options = QueryOptions()
    options.metrics.exemplarsMax = 100
    change(&options)
    return try await QueryEngine(blocks: blocks).metrics(
      query, window: MetricsWindow(start: start, end: start + 400 * step, step: step),
      options: options)
  }

  @Test(arguments: [
    "{} | count_over_time() by (span:id)", "{} | sum_over_time(duration) by (span:id)",
    "{} | max_over_time(duration) by (span:id) | topk(3)",
  ])
  func threadsDoNotShow(text: String) async throws {
    let small = 48 << 20
    let first = try await metrics(text) {
      $0.threadCount = 1
      $0.limits.memoryBytesMax = small
    }
    #expect(first.partialReasons.count == 1)
    #expect(first.partialReasons.first?.hasPrefix("more than 1") == true)
    #expect(first.partialReasons.first?.hasSuffix("series: those left out are not counted") == true)
    for threads in [1, 2, 4] {
      let again = try await metrics(text) {
        $0.threadCount = threads
        $0.limits.memoryBytesMax = small
      }
      #expect(again.series.map(\.labels) == first.series.map(\.labels), "\(threads)")
      #expect(again.series.map(bits) == first.series.map(bits), "\(threads)")
      #expect(again.series.map(\.exemplars) == first.series.map(\.exemplars))
      #expect(again.partialReasons == first.partialReasons)
    }
    guard text.contains("count_over_time") else { return }
    let whole = try await metrics(text) { $0.limits.memoryBytesMax = 8 << 30 }
    #expect(whole.partialReasons == [])
    let exact = Dictionary(uniqueKeysWithValues: whole.series.map { ($0.labels, $0) })
    #expect(first.series.allSatisfy { series in exact[series.labels].map(bits) == bits(series) })
  }

  private func bits(_ series: MetricsSeries) -> [UInt64] { series.samples.map(\.bitPattern) }

  /// Too little memory to read is an error with a name, not some part of an answer.
  @Test func memoryIsAnError() async throws {
    await #expect(throws: QueryError.self) {
      _ = try await metrics("{} | rate() by (name)") { $0.limits.memoryBytesMax = 100_000 }
    }
  }
}
