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
    if count * 8 >= selection.count {
      return chosen(SpanIntervals.numbers(of: starts, window), in: selection, count, window)
    }
    // Of few spans no others are looked at.
    var search = IntervalSearch(window)
    var intervals: [UInt32] = []
    let rows = [UInt32](unsafeUninitializedCapacity: count) { rows, rowCount in
      intervals = [UInt32](unsafeUninitializedCapacity: count) { intervals, intervalCount in
        var kept = 0
        starts.withUnsafeBufferPointer { starts in
          selection.words.withUnsafeBufferPointer { words in
            for w in 0..<words.count {
              var rest = words[w]
              while rest != 0 {
                let row = w &* 64 &+ rest.trailingZeroBitCount
                rest &= rest &- 1
                let interval = search.interval(of: UInt64(bitPattern: starts[row]))
                rows[kept] = UInt32(truncatingIfNeeded: row)
                intervals[kept] = UInt32(truncatingIfNeeded: interval)
                // Outside the window the place is written again.
                kept &+= interval < search.step.count ? 1 : 0
              }
            }
          }
        }
        rowCount = kept
        intervalCount = kept
      }
    }
    return (rows, intervals)
  }

  /// The marked rows, `count` of them, that lie in an interval; `numbers` has that of every row.
  private static func chosen(
    _ numbers: [UInt32], in selection: Bitmap, _ count: Int, _ window: MetricsWindow
  ) -> (rows: [UInt32], intervals: [UInt32]) {
    let outside = UInt32(truncatingIfNeeded: window.intervalCount)
    var intervals: [UInt32] = []
    let rows = [UInt32](unsafeUninitializedCapacity: count) { rows, rowCount in
      intervals = [UInt32](unsafeUninitializedCapacity: count) { intervals, intervalCount in
        var kept = 0
        numbers.withUnsafeBufferPointer { numbers in
          selection.words.withUnsafeBufferPointer { words in
            for w in 0..<words.count {
              var rest = words[w]
              while rest != 0 {
                let row = w &* 64 &+ rest.trailingZeroBitCount
                rest &= rest &- 1
                rows[kept] = UInt32(truncatingIfNeeded: row)
                intervals[kept] = numbers[row]
                // Outside the window the place is written again.
                kept &+= numbers[row] == outside ? 0 : 1
              }
            }
          }
        }
        rowCount = kept
        intervalCount = kept
      }
    }
    return (rows, intervals)
  }

  /// Neighbours start in the same interval as a rule: that is cheaper to see than to work out.
  private struct IntervalSearch {
    let step: IntervalStep
    private var known: UInt64 = 0
    private var knownStart: UInt64

    init(_ window: MetricsWindow) {
      step = IntervalStep(window)
      knownStart = step.start(of: 0)
    }

    @inline(__always)
    mutating func interval(of moment: UInt64) -> UInt64 {
      if moment &- knownStart < step.length { return known }
      let interval = step.interval(of: moment)
      if interval < step.count {
        known = interval
        knownStart = step.start(of: interval)
      }
      return interval
    }
  }

  /// The places at which a marked row stands, ascending.
  static func places(of rows: [UInt32], in marks: Bitmap) -> [UInt32] {
    let words = marks.words
    return [UInt32](unsafeUninitializedCapacity: rows.count) { places, filled in
      var found = 0
      rows.withUnsafeBufferPointer { rows in
        for i in 0..<rows.count {
          let row = Int(rows[i])
          // What is not marked is written over by the next place.
          places[found] = UInt32(truncatingIfNeeded: i)
          let bit = words[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1
          found &+= Int(truncatingIfNeeded: bit)
        }
      }
      filled = found
    }
  }

  static func containsNaN(_ values: [Double]) -> Bool {
    values.withUnsafeBufferPointer { values in
      // Without a way out of the loop eight numbers are looked at at once.
      var found: UInt64 = 0
      for i in 0..<values.count { found |= values[i] != values[i] ? 1 : 0 }
      return found != 0
    }
  }

  /// What each row has by the element it belongs to: element `e` owns rows `offsets[e]` to
  /// `offsets[e + 1]`; without offsets rows are elements. Rows are ascending.
  static func gather<T>(_ values: [T], offsets: [UInt32]?, _ rows: [UInt32]) -> [T] {
    // Ascending rows that are as many as there are elements are all of them.
    if offsets == nil, rows.count == values.count { return values }
    return [T](unsafeUninitializedCapacity: rows.count) { result, filled in
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
    // As above.
    if rows.count == values.count { return values.map { Double($0) } }
    return [Double](unsafeUninitializedCapacity: rows.count) { result, filled in
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

  /// Splits groups further by what a field has for each of them; `checkpoint` is called now and
  /// then.
  static func keys<Failure: Error>(
    _ ids: inout [UInt32], _ keys: [SeriesKey], _ codes: [UInt32], _ book: CodeBook,
    checkpoint: () throws(Failure) -> Void
  ) throws(Failure) -> [SeriesKey] {
    let pairs = combine(&ids, idCount: keys.count, codes, codeCount: book.count)
    var result: [SeriesKey] = []
    result.reserveCapacity(pairs.count)
    for (i, pair) in pairs.enumerated() {
      if i & 4_095 == 4_095 { try checkpoint() }
      result.append(SeriesKey(values: keys[Int(pair.id)].values + [book.value(of: pair.code)]))
    }
    return result
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
    let offsets = ids.table.offsets
    return ids.table.bytes.withUnsafeBytes { bytes in
      ids.codes.map { code in
        var hash: UInt64 = 0
        let range = Int(offsets[Int(code)])..<Int(offsets[Int(code) + 1])
        if range.count >= 8 {
          hash =
            bytes.loadUnaligned(fromByteOffset: range.upperBound - 8, as: UInt64.self)
            .bigEndian
        } else {
          for byte in bytes[range] { hash = hash << 8 | UInt64(byte) }
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
    offsets.withUnsafeMutableBufferPointer { offsets in
      for cell in cells { offsets[Int(cell) &+ 1] &+= 1 }
      for cell in 0..<cellCount { offsets[cell &+ 1] &+= offsets[cell] }
    }
    var next = offsets
    let sorted = [Double](unsafeUninitializedCapacity: values.count) { target, filled in
      next.withUnsafeMutableBufferPointer { next in
        cells.withUnsafeBufferPointer { cells in
          values.withUnsafeBufferPointer { values in
            for i in 0..<values.count {
              let cell = Int(cells[i])
              target[Int(next[cell])] = values[i]
              next[cell] &+= 1
            }
          }
        }
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
