import Columns
import Oracle
import TestSupport
import Testing
import TraceQL

@testable import Engine

/// Bytes of partial results: the same again, and no crash whatever they are.
@Suite struct PartialBytesTests {
  static let queries = [
    "{} | rate() by (span.k)", "{} | min_over_time(duration) by (name)",
    "{} | sum_over_time(span.v)", "{} | avg_over_time(span.v) by (span.k)",
    "{} | histogram_over_time(span.v)", "{} | quantile_over_time(duration, .5, .9) by (name)",
    "{} | compare({ status = error })",
    "({} | rate()) / ({} | sum_over_time(span.v) by (span.k))",
  ]

  private static let traces: [StoredTrace] = {
    let all =
      ExampleTraces.keys + ExampleTraces.values + ExampleTraces.scopes + ExampleTraces.comparison
      + ExampleTraces.sampled
    // The data sets number their traces each from 0.
    return all.enumerated().map { number, trace in
      var trace = trace
      trace.id[13] = UInt8(number)
      return trace
    }
  }()

  /// As text, where NaN is like NaN.
  private func shown(_ query: MetricsQuery, _ partial: MetricsPartial) -> [String] {
    query.series(partial).map { "\($0)" }
  }

  private func query(_ text: String) throws -> MetricsQuery {
    let base = UInt64(ExampleTraces.base * ExampleTraces.second)
    let second = UInt64(ExampleTraces.second)
    var query = try MetricsQuery(
      text,
      MetricsWindow(start: base - 10 * second, end: base + 40 * second, step: 10 * second))
    query.exemplarCount = 4
    return query
  }

  @Test(arguments: queries)
  func roundTrip(_ text: String) throws {
    let query = try query(text)
    let partial = try query.partial(MemoryUnit(Self.traces, storing: .lists))
    let bytes = partial.encoded()
    let again = try MetricsPartial(decoding: bytes, like: query.emptyPartial)
    #expect(again.encoded() == bytes)
    #expect(shown(query, again) == shown(query, partial))
  }

  @Test(arguments: queries)
  func damageIsAnError(_ text: String) throws {
    let query = try query(text)
    let bytes = try query.partial(MemoryUnit(Self.traces, storing: .lists)).encoded()
    let empty = query.emptyPartial
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
      #expect(throws: PartialFormatError.self, "cut to \(length)") {
        try MetricsPartial(decoding: Array(bytes[..<length]), like: empty)
      }
    }
    var random = SplitMix(seed: UInt64(text.utf8.count))
    for _ in 0..<300 {
      var damaged = bytes
      for _ in 0..<(1 + random.next() % 3) {
        damaged[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      // Other numbers may make sense: then they are merged and shown like any others.
      do {
        var merged = empty
        merged.merge(try MetricsPartial(decoding: damaged, like: empty))
        _ = query.series(merged)
      } catch {
        #expect((0...bytes.count).contains(error.offset))
      }
    }
  }

  @Test func anotherQueryIsRefused() throws {
    let bytes = try query("{} | rate()").partial(MemoryUnit(Self.traces, storing: .lists)).encoded()
    #expect(throws: PartialFormatError.self) {
      try MetricsPartial(decoding: bytes, like: query("{} | max_over_time(duration)").emptyPartial)
    }
  }

  @Test("merging is associative and commutative", arguments: queries)
  func merging(_ text: String) throws {
    let query = try query(text)
    let parts = try stride(from: 0, to: Self.traces.count, by: 17).map { start in
      let traces = Array(Self.traces[start..<min(start + 17, Self.traces.count)])
      return try query.partial(MemoryUnit(traces, storing: .columns))
    }
    let whole = shown(query, try query.partial(MemoryUnit(Self.traces, storing: .columns)))
    let forward = parts.reduce(into: query.emptyPartial) { $0.merge($1) }
    let backward = parts.reversed().reduce(into: query.emptyPartial) { $0.merge($1) }
    var pairs = parts
    while pairs.count > 1 {
      let second = pairs.removeLast()
      pairs[0].merge(second)
      pairs.append(pairs.removeFirst())
    }
    #expect(shown(query, forward) == whole)
    #expect(shown(query, backward) == whole)
    #expect(shown(query, pairs[0]) == whole)
  }
}
