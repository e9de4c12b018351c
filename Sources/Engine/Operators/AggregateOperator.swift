import Columns
import Storage
import TraceQL

/// Numbers computed from each spanset (traceql.md 7.2): nil where a spanset has no number.
struct AggregateOperator {
  let plan: AggregatePlan

  /// One value for each spanset of `state`.
  func values(
    _ state: SpansetState, _ context: UnitContext
  ) throws(StorageError) -> FieldVector {
    let setCount = state.setCount(context.layout)
    guard let argument = plan.argument else { return counts(state, context.layout, setCount) }
    let spans = state.selected.indices()
    let sets = state.setIDs(of: spans, context.layout)
    let vector = try context.evaluate(argument, RowSet(spans: spans))
    if case .quantile(let q) = plan.function {
      return FieldVector(try quantiles(q, vector, sets, setCount, context.unit))
    }
    if let integers = IntegerAggregate(plan.function, vector, sets, setCount) {
      return integers.values
    }
    var accumulators = [Accumulator](repeating: Accumulator(), count: setCount)
    for row in 0..<vector.count {
      accumulators[Int(sets[row])].add(vector.tags[row], vector.payloads[row])
    }
    return FieldVector(accumulators.map { $0.result(plan.function) })
  }

  private func counts(
    _ state: SpansetState, _ layout: UnitLayout, _ setCount: Int
  ) -> FieldVector {
    var counts: [UInt64]
    if let grouping = state.grouping {
      counts = [UInt64](repeating: 0, count: setCount)
      for span in state.selected.indices() { counts[Int(grouping.setOf[Int(span)])] += 1 }
    } else {
      counts = state.selected.counts(layout.spansOfTrace)
    }
    return FieldVector(
      tags: [FieldVector.Tag](repeating: .int, count: setCount), payloads: counts)
  }

  private func quantiles(
    _ q: Double, _ vector: FieldVector, _ sets: [UInt32], _ setCount: Int, _ unit: any SpanUnit
  ) throws(StorageError) -> [Value] {
    // The numbers of each spanset side by side, in one array.
    var offsets = [Int](repeating: 0, count: setCount + 1)
    var onlyDurations = [Bool](repeating: true, count: setCount)
    var isNaN = [Bool](repeating: false, count: setCount)
    for row in 0..<vector.count {
      guard let number = vector.number(at: row) else { continue }
      let set = Int(sets[row])
      // NaN has no rank; it is the answer only where there is nothing else.
      if number.isNaN { isNaN[set] = true } else { offsets[set + 1] += 1 }
      if vector.tags[row] != .duration { onlyDurations[set] = false }
    }
    for set in 0..<setCount { offsets[set + 1] += offsets[set] }
    try unit.checkpoint(taking: offsets[setCount] * 8)
    var numbers = [Double](repeating: 0, count: offsets[setCount])
    var next = offsets
    for row in 0..<vector.count {
      guard let number = vector.number(at: row), !number.isNaN else { continue }
      numbers[next[Int(sets[row])]] = number
      next[Int(sets[row])] += 1
    }
    var done = 0
    var result = [Value](repeating: .nil, count: setCount)
    for set in 0..<setCount {
      let own = offsets[set]..<offsets[set + 1]
      done += own.count
      if done > FieldVector.rowsBetweenChecks {
        try unit.checkpoint(taking: 0)
        done = 0
      }
      if own.count > 1 { numbers[own].sort() }
      guard let value = Self.quantile(q, numbers[own]) else {
        if isNaN[set] { result[set] = .float(.nan) }
        continue
      }
      // The nearest double of the longest durations lies above what fits.
      result[set] =
        onlyDurations[set]
        ? .duration(Int64(exactly: value.rounded(.towardZero)) ?? .max) : .float(value)
    }
    return result
  }

  /// Linear interpolation between the closest ranks of ascending numbers.
  static func quantile(_ q: Double, _ sorted: ArraySlice<Double>) -> Double? {
    guard !sorted.isEmpty else { return nil }
    let position = q * Double(sorted.count - 1)
    let below = sorted.startIndex + Int(position)
    let above = min(below + 1, sorted.endIndex - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(Int(position)))
  }
}

/// The aggregate of each spanset where every argument is an integer, or every one a duration, as
/// nearly always: a few plain arrays.
private struct IntegerAggregate {
  private(set) var values: FieldVector

  /// nil: some argument is something else.
  init?(
    _ function: AggregatePlan.Function, _ vector: FieldVector, _ sets: [UInt32], _ setCount: Int
  ) {
    guard let tag = vector.tags.first, tag == .int || tag == .duration,
      vector.tags.allSatisfy({ $0 == tag })
    else { return nil }
    precondition(sets.count == vector.count, "every argument is in a spanset")
    var counts = [Int64](repeating: 0, count: setCount)
    for set in sets { counts[Int(set)] &+= 1 }
    values = FieldVector(nilCount: setCount)
    switch function {
    case .minimum: fold(vector, sets, from: .max) { min($0, $1) }
    case .maximum: fold(vector, sets, from: .min) { max($0, $1) }
    case .sum: fold(vector, sets, from: 0) { $0 &+ $1 }
    case .average:
      average(vector, sets, counts, tag)
      return
    case .count, .quantile: return nil
    }
    for set in 0..<setCount where counts[set] > 0 { values.tags[set] = tag }
  }

  @inline(__always)
  private mutating func fold(
    _ vector: FieldVector, _ sets: [UInt32], from start: Int64,
    _ combine: (Int64, Int64) -> Int64
  ) {
    var totals = [UInt64](repeating: UInt64(bitPattern: start), count: values.count)
    for row in 0..<sets.count {
      let set = Int(sets[row])
      let total = combine(
        Int64(bitPattern: totals[set]), Int64(bitPattern: vector.payloads[row]))
      totals[set] = UInt64(bitPattern: total)
    }
    values.payloads = totals
  }

  private mutating func average(
    _ vector: FieldVector, _ sets: [UInt32], _ counts: [Int64], _ tag: FieldVector.Tag
  ) {
    // Wide: an average must not wrap.
    var sums = [Int128](repeating: 0, count: counts.count)
    for row in 0..<sets.count {
      sums[Int(sets[row])] &+= Int128(Int64(bitPattern: vector.payloads[row]))
    }
    for set in 0..<counts.count where counts[set] > 0 {
      if tag == .duration {
        // Wide division is slow, and sums of durations are seldom wide.
        let mean =
          Int64(exactly: sums[set]).map { $0 / counts[set] }
          ?? Int64(truncatingIfNeeded: sums[set] / Int128(counts[set]))
        (values.tags[set], values.payloads[set]) = (.duration, UInt64(bitPattern: mean))
      } else {
        let mean = Double(sums[set]) / Double(counts[set])
        (values.tags[set], values.payloads[set]) = (.float, mean.bitPattern)
      }
    }
  }
}

/// Running totals of one spanset, exact for as long as the numbers are integers.
private struct Accumulator {
  private var count = 0
  /// Wide: an average must not wrap.
  private var intSum: Int128 = 0
  private var floatSum = 0.0
  private var intLow = Int64.max
  private var intHigh = Int64.min
  /// NaN until there is a number that is none.
  private var low = Double.nan
  private var high = Double.nan
  private var hasInt = false
  private var hasDuration = false
  private var hasFloat = false

  mutating func add(_ tag: FieldVector.Tag, _ payload: UInt64) {
    switch tag {
    case .int, .duration:
      let value = Int64(bitPattern: payload)
      if tag == .int { hasInt = true } else { hasDuration = true }
      intSum &+= Int128(value)
      intLow = min(intLow, value)
      intHigh = max(intHigh, value)
      addFloat(Double(value))
    case .float:
      hasFloat = true
      addFloat(Double(bitPattern: payload))
    default: break
    }
  }

  private mutating func addFloat(_ value: Double) {
    count += 1
    floatSum += value
    // Of two zeros the one with a sign is less, whichever comes first: spans have no order.
    if value == 0 && low == 0 {
      if value.sign == .minus { low = value }
    } else {
      low = Double.minimum(low, value)
    }
    if value == 0 && high == 0 {
      if value.sign == .plus { high = value }
    } else {
      high = Double.maximum(high, value)
    }
  }

  func result(_ function: AggregatePlan.Function) -> Value {
    guard count > 0 else { return .nil }
    let isExact = !hasFloat && !(hasInt && hasDuration)
    func exact(_ value: Int64) -> Value { hasDuration ? .duration(value) : .int(value) }
    switch function {
    case .sum: return isExact ? exact(Int64(truncatingIfNeeded: intSum)) : .float(floatSum)
    case .minimum: return isExact ? exact(intLow) : .float(low)
    case .maximum: return isExact ? exact(intHigh) : .float(high)
    case .average:
      if isExact && hasDuration {
        return .duration(Int64(truncatingIfNeeded: intSum / Int128(count)))
      }
      return .float((isExact ? Double(intSum) : floatSum) / Double(count))
    case .count, .quantile: preconditionFailure("counts and quantiles have no accumulator")
    }
  }
}
