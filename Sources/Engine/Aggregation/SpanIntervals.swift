import Columns

/// The interval of every span of a unit, and where neighbours differ.
///
/// Spans of a trace start together as a rule: most traces, and nearly all that is smaller, lie in
/// one interval as a whole, and their spans are counted without looking at each.
struct SpanIntervals {
  /// `outside` for spans that do not count or start outside the window.
  private let numbers: [UInt32]
  private let outside: UInt32
  /// Spans in another interval than the span before.
  private let changes: PaddedBits

  init(_ starts: [Int64], in selection: Bitmap, _ window: MetricsWindow) {
    precondition(starts.count == selection.count, "every span has a start")
    var numbers = Self.numbers(of: starts, window)
    outside = UInt32(truncatingIfNeeded: window.intervalCount)
    Self.put(outside, where: selection, in: &numbers)
    changes = PaddedBits(IntervalNumbers.changes(numbers))
    self.numbers = numbers
  }

  /// The interval of each moment; `intervalCount` outside the window.
  static func numbers(of starts: [Int64], _ window: MetricsWindow) -> [UInt32] {
    // A span just after the start is the first of interval 0.
    IntervalNumbers.of(
      starts, first: window.startNanoseconds &+ 1, length: window.stepNanoseconds,
      count: window.intervalCount)
  }

  /// Replaces the numbers of spans that are not selected.
  private static func put(
    _ outside: UInt32, where selection: Bitmap, in numbers: inout [UInt32]
  ) {
    numbers.withUnsafeMutableBufferPointer { numbers in
      for (w, word) in selection.words.enumerated() {
        var rest = ~word
        while rest != 0 {
          let row = w &* 64 &+ rest.trailingZeroBitCount
          if row >= numbers.count { break }
          numbers[row] = outside
          rest &= rest &- 1
        }
      }
    }
  }

  /// Whether the spans of a range, which has some, all lie in one interval, or all in none.
  @inline(__always)
  private func isUniform(_ range: Range<Int>) -> Bool {
    changes.isEmpty(in: range.lowerBound &+ 1..<range.upperBound)
  }

  /// How many spans of `range` count.
  @inline(__always)
  func count(in range: Range<Int>) -> Int {
    if range.isEmpty { return 0 }
    if isUniform(range) { return numbers[range.lowerBound] == outside ? 0 : range.count }
    return numbers[range].count { $0 != outside }
  }

  /// Span `index` of those of `range` that count.
  @inline(__always)
  func span(_ index: Int, in range: Range<Int>) -> Int {
    if isUniform(range) { return range.lowerBound &+ index }
    var left = index
    return range.first { span in
      if numbers[span] != outside { left -= 1 }
      return left < 0
    } ?? range.lowerBound
  }

  /// Calls `body` with element, number of spans and interval for all spans of each element, or for
  /// each span alone where they differ; the interval of those that do not count is `intervalCount`.
  /// Element `e` owns spans `offsets[e]..<offsets[e + 1]`.
  @inline(__always)
  func forEachPiece(of offsets: [UInt32], _ body: (Int, Int, Int) -> Void) {
    precondition(Int(offsets.last ?? 0) <= numbers.count, "every span has an interval")
    numbers.withUnsafeBufferPointer { numbers in
      offsets.withUnsafeBufferPointer { offsets in
        for element in 0..<max(0, offsets.count &- 1) {
          let first = Int(offsets[element])
          let end = Int(offsets[element &+ 1])
          if first >= end { continue }
          if isUniform(first..<end) {
            body(element, end &- first, Int(numbers[first]))
          } else {
            for span in first..<end { body(element, 1, Int(numbers[span])) }
          }
        }
      }
    }
  }
}
