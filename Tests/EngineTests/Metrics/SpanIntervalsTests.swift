import Columns
import TestSupport
import Testing

@testable import Engine

/// Intervals of whole elements against spans looked at one by one.
@Suite struct SpanIntervalsTests {
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
      let both = CellKernels.intervals(of: starts, in: selected, window)
      #expect(zip(both.rows, both.intervals).map { [$0, $1] } == expected)

      var offsets: [UInt32] = [0]
      while Int(offsets[offsets.count - 1]) < count {
        offsets.append(UInt32(min(count, Int(offsets[offsets.count - 1]) + random.integer(0...9))))
      }
      let intervals = SpanIntervals(starts, in: selected, window)
      let outside = UInt32(window.intervalCount)
      var found: [[UInt32]: Int] = [:]
      intervals.forEachPiece(of: offsets) { element, spanCount, interval in
        found[[UInt32(element), UInt32(interval)], default: 0] += spanCount
      }
      found = found.filter { $0.key[1] != outside }
      var wanted: [[UInt32]: Int] = [:]
      for (element, range) in zip(offsets, offsets.dropFirst()).enumerated() {
        for span in expected where span[0] >= range.0 && span[0] < range.1 {
          wanted[[UInt32(element), span[1]], default: 0] += 1
        }
        let inside = expected.map { Int($0[0]) }.filter { $0 >= range.0 && $0 < range.1 }
        let spans = Int(range.0)..<Int(range.1)
        #expect(intervals.count(in: spans) == inside.count)
        #expect(inside.indices.map { intervals.span($0, in: spans) } == inside)
      }
      #expect(found == wanted)
    }
  }

  /// Marks counted a few at a time, over the ends of words.
  @Test(arguments: [0, 3, 50, 100])
  func paddedBits(_ percent: Int) {
    var random = SplitMix(seed: UInt64(percent) + 7)
    for count in [0, 1, 64, 200] {
      let marks = selection(count, percent: percent, &random)
      let bits = PaddedBits(marks)
      for _ in 0..<50 {
        let low = random.integer(0...count)
        let range = low..<random.integer(low...count)
        #expect(bits.count(in: range) == range.count { marks[$0] })
        #expect(bits.isEmpty(in: range) == !range.contains { marks[$0] })
      }
    }
  }
}
