import Columns

/// The loops that run once for every span of a metrics query.
///
/// Each takes arrays whose lengths it checks once; what indexes them comes from these arrays'
/// makers and is in range.
enum CellKernels {
  /// The marked rows whose start lies in the window, and the interval of each.
  static func intervals(
    of starts: [Int64], in selection: Bitmap, _ window: MetricsWindow
  ) -> (rows: [UInt32], intervals: [UInt32]) {
    precondition(starts.count == selection.count, "every span has a start")
    let count = selection.populationCount
    let step = IntervalStep(window)
    var intervals: [UInt32] = []
    let rows = [UInt32](unsafeUninitializedCapacity: count) { rows, rowCount in
      intervals = [UInt32](unsafeUninitializedCapacity: count) { intervals, intervalCount in
        var kept = 0
        var known: UInt64 = 0
        var knownStart = step.start(of: 0)
        starts.withUnsafeBufferPointer { starts in
          forEachRun(of: selection) { run in
            for row in run {
              let start = UInt64(bitPattern: starts[row])
              // Neighbours start in the same interval as a rule: that is cheaper to see than to
              // work out.
              var interval = known
              if start &- knownStart >= window.stepNanoseconds {
                interval = step.interval(of: start)
                if interval < step.count {
                  known = interval
                  knownStart = step.start(of: interval)
                }
              }
              rows[kept] = UInt32(truncatingIfNeeded: row)
              intervals[kept] = UInt32(truncatingIfNeeded: interval)
              // Outside the window the place is written again.
              kept &+= interval < step.count ? 1 : 0
            }
          }
        }
        rowCount = kept
        intervalCount = kept
      }
    }
    return (rows, intervals)
  }

  /// Calls `body` for each run of marked rows, so that a full bitmap is one plain loop.
  @inline(__always)
  private static func forEachRun(of selection: Bitmap, _ body: (Range<Int>) -> Void) {
    if selection.populationCount == selection.count { return body(0..<selection.count) }
    for run in selection.runs() { body(run) }
  }

  /// What each row has by the element it belongs to: element `e` owns rows `offsets[e]` to
  /// `offsets[e + 1]`; without offsets rows are elements. Rows are ascending.
  static func gather<T>(_ values: [T], offsets: [UInt32]?, _ rows: [UInt32]) -> [T] {
    [T](unsafeUninitializedCapacity: rows.count) { result, filled in
      values.withUnsafeBufferPointer { values in
        rows.withUnsafeBufferPointer { rows in
          guard let offsets else {
            for i in 0..<rows.count { result.initializeElement(at: i, to: values[Int(rows[i])]) }
            return
          }
          offsets.withUnsafeBufferPointer { offsets in
            var element = 0
            for i in 0..<rows.count {
              while offsets[element &+ 1] <= rows[i] { element &+= 1 }
              result.initializeElement(at: i, to: values[element])
            }
          }
        }
      }
      filled = rows.count
    }
  }

  /// Integers of a column of the span lane as floats.
  static func gather(_ values: [Int64], _ rows: [UInt32]) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows.count) { result, filled in
      values.withUnsafeBufferPointer { values in
        rows.withUnsafeBufferPointer { rows in
          for i in 0..<rows.count { result[i] = Double(values[Int(rows[i])]) }
        }
      }
      filled = rows.count
    }
  }

  /// `ids[i] · count + codes[i]`, renumbered in the order of first appearance; `pairs` says what
  /// each new number stands for.
  static func combine(
    _ ids: inout [UInt32], idCount: Int, _ codes: [UInt32], codeCount: Int
  ) -> [(id: UInt32, code: UInt32)] {
    precondition(ids.count == codes.count, "every row has a code")
    var pairs: [(id: UInt32, code: UInt32)] = []
    let (size, overflows) = idCount.multipliedReportingOverflow(by: codeCount)
    guard !overflows, size <= denseCountMax else {
      var known: [UInt64: UInt32] = [:]
      for i in ids.indices {
        let key = UInt64(ids[i]) << 32 | UInt64(codes[i])
        if let id = known[key] {
          ids[i] = id
        } else {
          let id = UInt32(pairs.count)
          known[key] = id
          pairs.append((ids[i], codes[i]))
          ids[i] = id
        }
      }
      return pairs
    }
    var numbers = [UInt32](repeating: .max, count: size)
    numbers.withUnsafeMutableBufferPointer { numbers in
      ids.withUnsafeMutableBufferPointer { ids in
        codes.withUnsafeBufferPointer { codes in
          for i in 0..<ids.count {
            let place = Int(ids[i]) &* codeCount &+ Int(codes[i])
            if numbers[place] == .max {
              numbers[place] = UInt32(pairs.count)
              pairs.append((ids[i], codes[i]))
            }
            ids[i] = numbers[place]
          }
        }
      }
    }
    return pairs
  }

  /// Larger products of two group counts are hashed.
  private static let denseCountMax = 1 << 21

  /// The cell of each row, from the series of its group and its interval.
  static func cells(
    groups: [UInt32], rowOfGroup: [UInt32], _ intervals: inout [UInt32], intervalCount: Int
  ) {
    precondition(groups.count == intervals.count, "every row has a group")
    intervals.withUnsafeMutableBufferPointer { intervals in
      groups.withUnsafeBufferPointer { groups in
        rowOfGroup.withUnsafeBufferPointer { rowOfGroup in
          let n = UInt32(intervalCount)
          for i in 0..<groups.count {
            intervals[i] = rowOfGroup[Int(groups[i])] &* n &+ intervals[i]
          }
        }
      }
    }
  }

  /// Numbers that tell trace IDs apart and favour none: one for each of `ids`.
  static func hashes(_ ids: TextColumn) -> [UInt64] {
    ids.table.bytes.withUnsafeBufferPointer { bytes in
      ids.codes.map { code in
        var hash: UInt64 = 0
        for byte in bytes[ids.table.range(of: Int(code))].suffix(8) {
          hash = hash << 8 | UInt64(byte)
        }
        // SplitMix64's finaliser: IDs of some clients count up.
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return (hash ^ hash >> 31) >> 1
      }
    }
  }

  /// The values of each cell together, in the order of the cells; cell `c` has those from
  /// `offsets[c]` to `offsets[c + 1]`.
  static func sorted(
    _ values: [Double], by cells: [UInt32], _ cellCount: Int
  ) -> (values: [Double], offsets: [UInt32]) {
    precondition(values.count == cells.count, "every row has a cell")
    var offsets = [UInt32](repeating: 0, count: cellCount + 1)
    for cell in cells { offsets[Int(cell) + 1] += 1 }
    for cell in 0..<cellCount { offsets[cell + 1] += offsets[cell] }
    var next = offsets
    let sorted = [Double](unsafeUninitializedCapacity: values.count) { target, filled in
      for (cell, value) in zip(cells, values) {
        target[Int(next[Int(cell)])] = value
        next[Int(cell)] += 1
      }
      filled = values.count
    }
    return (sorted, offsets)
  }

  static func count(_ cells: [UInt32], weights: [Double]?, into counts: inout [Double]) {
    counts.withUnsafeMutableBufferPointer { counts in
      cells.withUnsafeBufferPointer { cells in
        guard let weights else {
          for i in 0..<cells.count { counts[Int(cells[i])] += 1 }
          return
        }
        for i in 0..<cells.count { counts[Int(cells[i])] += weights[i] }
      }
    }
  }
}

/// Division of a moment by the step, by multiplication with the reciprocal.
struct IntervalStep {
  private let start: UInt64
  private let step: UInt64
  private let reciprocal: UInt64
  let count: UInt64

  init(_ window: MetricsWindow) {
    // A span just after the start has distance 0.
    start = window.startNanoseconds &+ 1
    step = window.stepNanoseconds
    reciprocal = UInt64.max / window.stepNanoseconds
    count = UInt64(window.intervalCount)
  }

  /// The first moment of an interval of the window.
  @inline(__always)
  func start(of interval: UInt64) -> UInt64 { start &+ interval &* step }

  /// The interval of a span that starts at `moment`; `count` or more outside the window. A moment
  /// before the window wraps around to a distance beyond any window.
  @inline(__always)
  func interval(of moment: UInt64) -> UInt64 {
    let distance = moment &- start
    var quotient = distance.multipliedFullWidth(by: reciprocal).high
    // The reciprocal is rounded down: the quotient is right or short by one or two.
    var rest = distance &- quotient &* step
    if rest >= step {
      quotient &+= 1
      rest &-= step
    }
    if rest >= step { quotient &+= 1 }
    return quotient
  }
}
