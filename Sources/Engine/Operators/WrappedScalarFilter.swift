import Columns
import Storage
import TraceQL

/// Comparisons between wrapped pipelines, `({A} | count()) > ({B} | count())` (traceql.md 7.3).
///
/// Every wrapped pipeline runs on the whole trace. Pipelines with `by` are joined on equal keys;
/// where one has no such group, and where one gives no spanset at all, counts and sums are 0 and
/// other aggregates nil. Where no operand has a group there is one comparison of these. The result
/// is the union of the spans of all operands, or, where aggregates of the current spanset take
/// part, that spanset.
struct WrappedScalarFilter {
  let runner: StageRunner

  /// A few small arrays for each: some milliseconds.
  private static let groupsBetweenChecks = 4_096
  private static let tracesBetweenChecks = 512

  private var layout: UnitLayout { runner.context.layout }

  /// What one wrapped pipeline gives for each trace.
  private struct Operand {
    var groupsOfTrace: [Int: [[Value]: Group]] = [:]
    /// The keys of each trace's groups in the order of their first spans.
    var keysOfTrace: [Int: [[Value]]] = [:]
    /// How results name the keys; empty where there is no `by`.
    var keyNames: [String]
    var empty: Value

    var isGrouped: Bool { !keyNames.isEmpty }

    func group(trace: Int, key: [Value]) -> Group? {
      groupsOfTrace[trace]?[isGrouped ? key : []]
    }

    func value(trace: Int, key: [Value]) -> Value {
      group(trace: trace, key: key)?.value ?? empty
    }

    mutating func add(_ group: Group, trace: Int, key: [Value]) {
      if groupsOfTrace[trace]?[key] == nil { keysOfTrace[trace, default: []].append(key) }
      groupsOfTrace[trace, default: [:]][key, default: Group(value: group.value, spans: [])]
        .spans += group.spans
    }
  }

  private struct Group {
    var value: Value
    var spans: [UInt32]
  }

  /// Whether a comparison is between wrapped pipelines alone: its result is their spans, not the
  /// spansets at hand.
  static func replacesSpansets(_ left: ScalarPlan, _ right: ScalarPlan) -> Bool {
    (left.hasPipeline || right.hasPipeline)
      && left.aggregates.isEmpty && right.aggregates.isEmpty
  }

  /// One spanset for each group for which the comparison holds, in traces that have a span of
  /// `input`. Groups of different operands may share spans: then there are several layers.
  func compare(
    _ left: ScalarPlan, _ op: ComparisonOperator, _ right: ScalarPlan, _ input: Bitmap
  ) throws(StorageError) -> [SpansetState] {
    try withOperands(of: [left, right]) { operands throws(StorageError) in
      try compare(left, op, right, operands, input)
    }
  }

  private func compare(
    _ left: ScalarPlan, _ op: ComparisonOperator, _ right: ScalarPlan, _ operands: [Operand],
    _ input: Bitmap
  ) throws(StorageError) -> [SpansetState] {
    var layers = [Layer(spanCount: runner.context.spanCount)]
    for trace in input.gathered(layout.spansOfTrace).indices() {
      if Int(trace) % Self.tracesBetweenChecks == 0 {
        try runner.context.unit.checkpoint(taking: 0)
      }
      for key in keys(operands, Int(trace)) {
        var next = 0
        let a = value(left, operands, &next, Int(trace), key, own: nil)
        let b = value(right, operands, &next, Int(trace), key, own: nil)
        guard ValueComparison.holds(op, a, b) else { continue }
        let spans = operands.flatMap { $0.group(trace: Int(trace), key: key)?.spans ?? [] }
        if spans.isEmpty { continue }
        let free = layers.firstIndex { !$0.holds(anyOf: spans) } ?? layers.count
        if free == layers.count { layers.append(try nextLayer(layers.count)) }
        layers[free].add(spans, trace, key)
      }
    }
    let names = operands.first(where: \.isGrouped)?.keyNames ?? []
    return layers.map { $0.state(names) }
  }

  private func nextLayer(_ count: Int) throws(StorageError) -> Layer {
    let spanCount = runner.context.spanCount
    let byteCount = spanCount * MemoryLayout<UInt32>.size
    guard (count + 1) * byteCount <= runner.context.limits.layerBytesMax else {
      throw .tooMuchMemory(
        "more than \(count) groups of one trace share spans in this comparison; group by something"
          + " with fewer values, or compare fewer spans")
    }
    try runner.context.unit.checkpoint(taking: byteCount)
    return Layer(spanCount: spanCount)
  }

  /// Groups that share no span, as they are found.
  private struct Layer {
    private var selected: Bitmap
    private var setOf: [UInt32]
    private var traceOf: [UInt32] = []
    private var keys: [[Value]] = []

    init(spanCount: Int) {
      selected = Bitmap(count: spanCount)
      setOf = [UInt32](repeating: 0, count: spanCount)
    }

    func holds(anyOf spans: [UInt32]) -> Bool { spans.contains { selected[Int($0)] } }

    mutating func add(_ spans: [UInt32], _ trace: UInt32, _ key: [Value]) {
      for span in spans {
        selected[Int(span)] = true
        setOf[Int(span)] = UInt32(traceOf.count)
      }
      traceOf.append(trace)
      keys.append(key)
    }

    func state(_ names: [String]) -> SpansetState {
      SpansetState(
        selected: selected, grouping: SpansetState.Grouping(setOf: setOf, traceOf: traceOf),
        attributes: names.enumerated().map { i, name in
          SpansetState.SetAttribute(
            key: name, values: FieldVector(keys.map { i < $0.count ? $0[i] : .nil }))
        })
    }
  }

  /// A final scalar over wrapped pipelines, appended to the current spansets.
  func append(
    _ scalar: ScalarPlan, _ key: String, _ state: SpansetState
  ) throws(StorageError) -> SpansetState {
    var state = state
    let own = try ownValues(scalar, state)
    let values = try withOperands(of: [scalar]) { operands in
      (0..<state.setCount(layout)).map { set in
        var next = 0
        let trace = Int(state.grouping?.traceOf[set] ?? UInt32(set))
        return value(scalar, operands, &next, trace, [], own: { own[$0]?.value(at: set) ?? .nil })
      }
    }
    state.attributes.append(SpansetState.SetAttribute(key: key, values: FieldVector(values)))
    return state
  }

  // MARK: Operands

  /// What the wrapped pipelines of `scalars` give, for `body`. Of a query that ends here nobody
  /// waits until their many small arrays are released.
  private func withOperands<Result>(
    of scalars: [ScalarPlan], _ body: ([Operand]) throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    var operands: [Operand] = []
    do throws(StorageError) {
      for scalar in scalars { try collect(scalar, &operands) }
      return try body(operands)
    } catch {
      LateRelease.keep(operands)
      throw error
    }
  }

  private func collect(
    _ scalar: ScalarPlan, _ operands: inout [Operand]
  ) throws(StorageError) {
    switch scalar {
    case .literal, .aggregate: break
    case .negate(let inner): try collect(inner, &operands)
    case .binary(_, let left, let right):
      try collect(left, &operands)
      try collect(right, &operands)
    case .pipeline(let stages, let last):
      operands.append(Operand(keyNames: stages.keyNames, empty: last.emptyValue))
      try fill(&operands[operands.count - 1], stages, last)
    }
  }

  private func fill(
    _ operand: inout Operand, _ stages: [StagePlan], _ last: ScalarPlan
  ) throws(StorageError) {
    for state in try runner.run(stages, runner.input()) {
      var aggregates = ScalarOperator.Aggregates()
      let values = try ScalarOperator(runner: runner).values(last, state, &aggregates)
      let keys = state.attributes.filter { $0.key.hasPrefix("by(") }
      var order: [Int] = []
      var members = [[UInt32]](repeating: [], count: state.setCount(layout))
      let spans = state.selected.indices()
      for (span, set) in zip(spans, state.setIDs(of: spans, layout)) {
        if members[Int(set)].isEmpty { order.append(Int(set)) }
        members[Int(set)].append(span)
      }
      for (number, set) in order.enumerated() {
        if number % Self.groupsBetweenChecks == 0 {
          try runner.context.unit.checkpoint(taking: 0)
        }
        operand.add(
          Group(value: values.value(at: set), spans: members[set]),
          trace: Int(state.grouping?.traceOf[set] ?? UInt32(set)),
          key: keys.map { $0.values.value(at: set) })
      }
    }
  }

  /// The groups to evaluate in a trace: every key of a grouped operand, or the one empty key.
  private func keys(_ operands: [Operand], _ trace: Int) -> [[Value]] {
    var seen: Set<[Value]> = []
    let keys = operands.filter(\.isGrouped).flatMap { $0.keysOfTrace[trace] ?? [] }
      .filter { seen.insert($0).inserted }
    return keys.isEmpty ? [[]] : keys
  }

  private func value(
    _ scalar: ScalarPlan, _ operands: [Operand], _ next: inout Int, _ trace: Int, _ key: [Value],
    own: ((String) -> Value)?
  ) -> Value {
    switch scalar {
    case .literal(let value): return value
    case .aggregate(let plan): return own?(plan.key) ?? .nil
    case .negate(let inner):
      return Arithmetic.negated(value(inner, operands, &next, trace, key, own: own))
    case .binary(let op, let left, let right):
      let a = value(left, operands, &next, trace, key, own: own)
      let b = value(right, operands, &next, trace, key, own: own)
      return Arithmetic.apply(op, a, b)
    case .pipeline:
      defer { next += 1 }
      return operands[next].value(trace: trace, key: key)
    }
  }

  // MARK: Mixed with aggregates of the current spanset

  private func ownValues(
    _ scalar: ScalarPlan, _ state: SpansetState
  ) throws(StorageError) -> [String: FieldVector] {
    var result: [String: FieldVector] = [:]
    for plan in scalar.aggregates where result[plan.key] == nil {
      result[plan.key] = try AggregateOperator(plan: plan).values(state, runner.context)
    }
    return result
  }

  /// Keeps the spansets at hand for which the comparison holds for some group of the operands.
  func filter(
    _ left: ScalarPlan, _ op: ComparisonOperator, _ right: ScalarPlan, _ state: SpansetState
  ) throws(StorageError) -> SpansetState {
    let own = try ownValues(.binary(.add, left, right), state)
    var state = state
    var kept = Bitmap(count: state.setCount(layout))
    try withOperands(of: [left, right]) { operands throws(StorageError) in
      for set in 0..<kept.count {
        if set % Self.groupsBetweenChecks == 0 { try runner.context.unit.checkpoint(taking: 0) }
        let trace = Int(state.grouping?.traceOf[set] ?? UInt32(set))
        let lookUp: (String) -> Value = { own[$0]?.value(at: set) ?? .nil }
        for key in keys(operands, trace) {
          var next = 0
          let a = value(left, operands, &next, trace, key, own: lookUp)
          let b = value(right, operands, &next, trace, key, own: lookUp)
          if ValueComparison.holds(op, a, b) { kept[set] = true }
        }
      }
    }
    state.selected = state.spans(state.selected, in: kept, layout)
    var seen: Set<String> = []
    for plan in left.aggregates + right.aggregates where seen.insert(plan.key).inserted {
      state.attributes.append(
        SpansetState.SetAttribute(
          key: plan.key, values: own[plan.key] ?? FieldVector(nilCount: kept.count)))
    }
    return state
  }
}

extension ScalarPlan {
  /// The value over no spans.
  var emptyValue: Value {
    switch self {
    case .literal(let value): value
    case .aggregate(let plan):
      switch plan.function {
      case .count, .sum: .int(0)
      case .average, .minimum, .maximum, .quantile: .nil
      }
    case .negate(let inner): Arithmetic.negated(inner.emptyValue)
    case .binary(let op, let left, let right):
      Arithmetic.apply(op, left.emptyValue, right.emptyValue)
    case .pipeline(_, let last): last.emptyValue
    }
  }
}
