import Columns
import TestSupport
import Testing

@testable import Engine

/// Runs of spans of one interval against spans looked at one by one.
@Suite struct IntervalRunsTests {
  private let window = MetricsWindow(start: 1_000, end: 2_000, step: 100)

  /// Starts that stay near each other for a while, some outside the window.
  private func starts(_ count: Int, _ random: inout SplitMix) -> [Int64] {
    var moment: Int64 = 1_000
    return (0..<count).map { _ in
      if random.chance(percent: 15) { moment = Int64(random.integer(900...2_100)) }
      moment += Int64(random.integer(0...9))
      return moment
    }
  }

  private func selection(_ count: Int, percent: Int, _ random: inout SplitMix) -> Bitmap {
    var selection = Bitmap(count: count)
    for row in 0..<count where random.chance(percent: percent) { selection[row] = true }
    return selection
  }

  @Test(arguments: [0, 5, 50, 95, 100])
  func spansAndPieces(_ percent: Int) {
    var random = SplitMix(seed: UInt64(percent) + 1)
    for count in [0, 1, 63, 64, 65, 1_000] {
      let starts = starts(count, &random)
      let selected = selection(count, percent: percent, &random)
      let expected = (0..<count).compactMap { row -> [UInt32]? in
        guard selected[row], let interval = window.interval(of: UInt64(starts[row])) else {
          return nil
        }
        return [UInt32(row), UInt32(interval)]
      }
      let runs = IntervalRuns(starts, in: selected, window)
      let (rows, intervals) = runs.spans(selected.populationCount)
      #expect(zip(rows, intervals).map { [$0, $1] } == expected)
      let both = CellKernels.intervals(of: starts, in: selected, window)
      #expect(both.rows == rows && both.intervals == intervals)

      var offsets: [UInt32] = [0]
      while Int(offsets[offsets.count - 1]) < count {
        offsets.append(UInt32(min(count, Int(offsets[offsets.count - 1]) + random.integer(0...9))))
      }
      var pieces: [[UInt32]] = []
      runs.forEachPiece(of: offsets) { element, spans, interval in
        #expect(UInt32(spans.lowerBound) >= offsets[element])
        #expect(UInt32(spans.upperBound) <= offsets[element + 1])
        pieces += spans.map { [UInt32($0), UInt32(interval)] }
      }
      #expect(pieces == expected)
      var cursor = IntervalRuns.Cursor(runs)
      for (low, high) in zip(offsets, offsets.dropFirst()) {
        let range = Int(low)..<Int(high)
        let inside = expected.map { Int($0[0]) }.filter { range.contains($0) }
        #expect(cursor.count(in: range) == inside.count)
        #expect(inside.indices.map { cursor.span($0, in: range) } == inside)
      }
    }
  }
}
