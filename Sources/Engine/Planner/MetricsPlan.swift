import TraceQL

/// How a metrics query is evaluated: functions over spans, each once, and what is done with their
/// series.
struct MetricsPlan: Sendable {
  let functions: [MetricsFunctionPlan]
  let root: MetricsNode
  /// `exemplars` of the query's hints: how many it wants; nil: as the request says.
  let exemplarsHint: Int?

  init(_ query: Query, options: MetricsOptions) {
    guard case .metrics(let expression) = query.body else {
      preconditionFailure("a metrics query is planned")
    }
    let isWeighted = query.hint("extrapolate", as: Bool.self) ?? false
    var pipelines: [MetricsPipeline] = []
    root = MetricsNode(expression, &pipelines)
    functions = pipelines.map { MetricsFunctionPlan($0, isWeighted: isWeighted, options) }
    if query.hint("exemplars", as: Bool.self) == false {
      exemplarsHint = 0
    } else {
      exemplarsHint = query.hint("exemplars", as: Int64.self).map { Int(clamping: max(0, $0)) }
    }
  }
}

/// What is computed from series, innermost first.
indirect enum MetricsNode: Sendable {
  /// The series of a function, by its number.
  case function(Int)
  case constant(Double)
  case binary(ArithmeticOperator, MetricsNode, MetricsNode)
  case staged(MetricsNode, [MetricsSecondStage])

  /// Collects the pipelines; one that occurs twice is computed once.
  init(_ expression: MetricsExpression, _ pipelines: inout [MetricsPipeline]) {
    switch expression {
    case .constant(let value): self = .constant(value)
    case .staged(let inner, let stages): self = .staged(MetricsNode(inner, &pipelines), stages)
    case .binary(let op, let left, let right):
      let left = MetricsNode(left, &pipelines)
      self = .binary(op, left, MetricsNode(right, &pipelines))
    case .series(var pipeline):
      let stages = pipeline.secondStages
      pipeline.secondStages = []
      let known = pipelines.firstIndex(of: pipeline)
      if known == nil { pipelines.append(pipeline) }
      let function = MetricsNode.function(known ?? pipelines.count - 1)
      self = stages.isEmpty ? function : .staged(function, stages)
    }
  }
}

/// One function over the spans of a pipeline.
struct MetricsFunctionPlan: Sendable {
  enum Kind: Sendable {
    case rate, count
    case minimum(Field)
    case maximum(Field)
    case sum(Field)
    case average(Field)
    case histogram(Field)
    case quantiles(Field, [Double], MetricsOptions.QuantileMethod)
    case compare(ComparisonPlan)
  }

  let kind: Kind
  let search: SearchPlan
  let groupBy: [Field]
  /// Spans count as many as their sampling threshold says.
  let isWeighted: Bool
  /// Whether each span can be judged without the rest of its trace.
  let isSpanLocal: Bool
  /// `{ false }`: no series, not even one of zeros (traceql-metrics.md 1). What a query says
  /// decides, not what the planner finds out: a filter that merely cannot be true has its zeros.
  let listsNothing: Bool

  init(_ pipeline: MetricsPipeline, isWeighted: Bool, _ options: MetricsOptions) {
    kind = Kind(pipeline.function, options)
    search = SearchPlan(Query(body: .pipeline(pipeline.pipeline)))
    groupBy = pipeline.groupBy
    listsNothing = pipeline.pipeline.beginsWithFalse
    self.isWeighted = isWeighted
    let fields = search.filters.flatMap(\.expression.fields) + groupBy + kind.fields
    isSpanLocal =
      fields.allSatisfy(\.isSpanLocal)
      && search.stages.allSatisfy { if case .spanset(.filter) = $0 { true } else { false } }
  }

  /// No span can count.
  var isEmpty: Bool { search.isEmpty }

  /// What a series is called that has no other label.
  var name: String {
    switch kind {
    case .rate: "rate"
    case .count: "count_over_time"
    case .minimum: "min_over_time"
    case .maximum: "max_over_time"
    case .sum: "sum_over_time"
    case .average: "avg_over_time"
    case .histogram: "histogram_over_time"
    case .quantiles: "quantile_over_time"
    case .compare: "compare"
    }
  }

  var cells: CellTable.Kind {
    switch kind {
    case .rate, .count, .histogram, .quantiles(_, _, .powersOfTwo), .compare: .counts
    case .minimum: .minima
    case .maximum: .maxima
    case .sum, .average: .sums
    case .quantiles(_, _, .sketch): .sketches
    }
  }

  /// The field computed with, if there is one.
  var argument: Field? {
    switch kind {
    case .rate, .count, .compare: nil
    case .minimum(let field), .maximum(let field), .sum(let field), .average(let field),
      .histogram(let field), .quantiles(let field, _, _):
      field
    }
  }

  /// Whether numbers are counted by powers of two.
  var usesBuckets: Bool {
    switch kind {
    case .histogram, .quantiles(_, _, .powersOfTwo): true
    default: false
    }
  }
}

extension MetricsFunctionPlan.Kind {
  init(_ function: MetricsFunction, _ options: MetricsOptions) {
    switch function {
    case .rate: self = .rate
    case .countOverTime: self = .count
    case .minOverTime(let field): self = .minimum(field)
    case .maxOverTime(let field): self = .maximum(field)
    case .sumOverTime(let field): self = .sum(field)
    case .averageOverTime(let field): self = .average(field)
    case .histogramOverTime(let field): self = .histogram(field)
    case .quantileOverTime(let field, let ranks):
      // The same rank twice would be the same series twice.
      var seen: Set<Double> = []
      self = .quantiles(field, ranks.filter { seen.insert($0).inserted }, options.quantiles)
    case .compare(let filter, let topN, let start, let end):
      self = .compare(ComparisonPlan(filter, topN: topN, start: start, end: end))
    }
  }

  fileprivate var fields: [Field] {
    switch self {
    case .rate, .count: []
    case .compare(let comparison): comparison.filter.expression.fields + [.intrinsic(.rootName)]
    case .minimum(let field), .maximum(let field), .sum(let field), .average(let field),
      .histogram(let field), .quantiles(let field, _, _):
      [field]
    }
  }
}

/// `compare({ filter }, topN, start, end)`.
struct ComparisonPlan: Sendable {
  let filter: FilterPlan
  /// Values listed for each attribute and side.
  let topN: Int
  /// Spans that start in `(start, end]` can be selected; nil: all.
  let range: ClosedRange<UInt64>?

  init(_ filter: FieldExpression, topN: Int64?, start: Int64?, end: Int64?) {
    // The stages in front are numbered from 0.
    var builder = PredicateBuilder(firstID: 1 << 32)
    self.filter = FilterPlan(id: 0, filter, &builder)
    self.topN = topN.map { Int(clamping: $0) } ?? 10
    if let start, let end, start > 0, end > start {
      range = UInt64(start) + 1...UInt64(end)
    } else {
      range = nil
    }
  }
}

extension Field {
  /// Whether the span's own fragment of the trace is enough to know the field.
  fileprivate var isSpanLocal: Bool {
    if isOfParent { return false }
    guard case .intrinsic(let intrinsic) = self else { return true }
    switch intrinsic {
    case .traceDuration, .rootName, .rootServiceName, .childCount, .nestedSetLeft,
      .nestedSetRight, .nestedSetParent, .parent:
      return false
    default: return true
    }
  }
}

extension Pipeline {
  fileprivate var beginsWithFalse: Bool {
    guard case .spanset(.filter(let filter))? = stages.first else { return false }
    return filter.kind == .literal(.bool(false))
  }
}
