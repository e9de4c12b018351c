import Columns

/// The spans of a unit, cut where one starts in another interval than the span before it, or does
/// not count where that one does.
///
/// Spans of a trace start together as a rule: there are about as many runs as traces, and what
/// counts by runs never looks at a span again.
struct IntervalRuns {
  /// Where each run ends; it begins where the one before ends.
  private let ends: [UInt32]
  /// The interval of each run; `intervalCount` for spans that do not count or start outside the
  /// window.
  private let intervals: [UInt32]
  private let intervalCount: Int

  init(_ starts: [Int64], in selection: Bitmap, _ window: MetricsWindow) {
    precondition(starts.count == selection.count, "every span has a start")
    precondition(starts.count <= UInt32.max, "spans of a unit are numbered with 32 bits")
    intervalCount = window.intervalCount
    let outside = UInt32(truncatingIfNeeded: intervalCount)
    let step = IntervalStep(window)
    var intervals: [UInt32] = []
    ends = [UInt32](unsafeUninitializedCapacity: starts.count) { ends, endCount in
      intervals = [UInt32](unsafeUninitializedCapacity: starts.count) { intervals, count in
        var runs = 0
        var row = 0
        func end(_ interval: UInt32) {
          ends[runs] = UInt32(truncatingIfNeeded: row)
          intervals[runs] = interval
          runs &+= 1
        }
        starts.withUnsafeBufferPointer { starts in
          for selected in selection.runs() {
            if selected.lowerBound > row {
              row = selected.lowerBound
              end(outside)
            }
            while row < selected.upperBound {
              let start = UInt64(bitPattern: starts[row])
              let interval = step.interval(of: start)
              let isInside = interval < step.count
              // A run outside the window is one span: there it need not be fast.
              let first = isInside ? step.start(of: interval) : start
              let length = isInside ? step.length : 0
              row &+= 1
              while row < selected.upperBound, UInt64(bitPattern: starts[row]) &- first < length {
                row &+= 1
              }
              end(isInside ? UInt32(truncatingIfNeeded: interval) : outside)
            }
          }
        }
        if row < starts.count {
          row = starts.count
          end(outside)
        }
        endCount = runs
        count = runs
      }
    }
    self.intervals = intervals
  }

  /// Every span that counts, and its interval; there are at most `countMax`.
  func spans(_ countMax: Int) -> (rows: [UInt32], intervals: [UInt32]) {
    var intervals: [UInt32] = []
    let rows = [UInt32](unsafeUninitializedCapacity: countMax) { rows, rowCount in
      intervals = [UInt32](unsafeUninitializedCapacity: countMax) { target, filled in
        var row = 0
        var n = 0
        for (end, interval) in zip(ends, self.intervals) {
          if interval < intervalCount {
            for counted in row..<Int(end) {
              rows[n] = UInt32(truncatingIfNeeded: counted)
              target[n] = interval
              n &+= 1
            }
          }
          row = Int(end)
        }
        rowCount = n
        filled = n
      }
    }
    return (rows, intervals)
  }

  /// Walks through the spans that count.
  struct Cursor {
    private let runs: IntervalRuns
    private var run = 0

    init(_ runs: IntervalRuns) { self.runs = runs }

    /// How many spans of `range` count; ranges come in ascending order.
    @inline(__always)
    mutating func count(in range: Range<Int>) -> Int {
      while run < runs.ends.count, Int(runs.ends[run]) <= range.lowerBound { run &+= 1 }
      return pieces(in: range) { _ in false }
    }

    /// Span `index` of those that count in the range that was asked for last.
    @inline(__always)
    func span(_ index: Int, in range: Range<Int>) -> Int {
      var left = index
      var found = range.lowerBound
      _ = pieces(in: range) { piece in
        found = piece.lowerBound &+ left
        left &-= piece.count
        return left < 0
      }
      return found
    }

    /// Calls `body` with the parts of `range` that count until it returns true; returns how many
    /// spans they have.
    @inline(__always)
    private func pieces(in range: Range<Int>, _ body: (Range<Int>) -> Bool) -> Int {
      var count = 0
      var i = run
      var row = range.lowerBound
      while row < range.upperBound {
        let end = min(range.upperBound, Int(runs.ends[i]))
        if Int(runs.intervals[i]) < runs.intervalCount {
          count &+= end &- row
          if body(row..<end) { break }
        }
        row = end
        i &+= 1
      }
      return count
    }
  }

  /// Calls `body` with each piece of a run that lies in one element, as far as its spans count:
  /// element, spans, interval. Element `e` owns spans `offsets[e]..<offsets[e + 1]`.
  @inline(__always)
  func forEachPiece(
    of offsets: [UInt32], _ body: (Int, Range<Int>, Int) -> Void
  ) {
    precondition((offsets.last ?? 0) <= (ends.last ?? 0), "runs cover all spans")
    offsets.withUnsafeBufferPointer { offsets in
      ends.withUnsafeBufferPointer { ends in
        intervals.withUnsafeBufferPointer { intervals in
          var run = 0
          for element in 0..<max(0, offsets.count &- 1) {
            var span = Int(offsets[element])
            let end = Int(offsets[element &+ 1])
            while span < end {
              while Int(ends[run]) <= span { run &+= 1 }
              let stop = min(end, Int(ends[run]))
              let interval = Int(intervals[run])
              if interval < intervalCount { body(element, span..<stop, interval) }
              span = stop
            }
          }
        }
      }
    }
  }
}
