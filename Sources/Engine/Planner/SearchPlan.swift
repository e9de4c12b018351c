import TraceQL

/// How a search is evaluated: the stages with every expression prepared, and what follows from them
/// for pruning and for output.
struct SearchPlan: Sendable {
  let stages: [StagePlan]
  let filters: [FilterPlan]
  /// Filters that every matching trace satisfies with some span, cheapest first.
  let necessaryFilters: [Int]
  /// What a trace must contain to match at all, in terms of single columns.
  let condition: TraceCondition
  /// Fields listed with each span.
  let echoedFields: [Field]
  /// Whether spans are listed with their names.
  let namesSpans: Bool

  init(_ query: Query) {
    var builder = StageBuilder()
    let pipeline: Pipeline =
      switch query.body {
      case .pipeline(let pipeline): pipeline
      case .metrics(let metrics): metrics.firstPipeline
      }
    stages = builder.stages(pipeline)
    let filters = builder.filters
    self.filters = filters
    let required = SearchPlan.required(stages)
    necessaryFilters = required.sorted {
      (filters[$0].costRank, $0) < (filters[$1].costRank, $1)
    }
    condition = TraceCondition(stages, filters)
    var seen: Set<Field> = []
    let referenced = builder.referenced.filter { seen.insert($0).inserted }
    namesSpans = referenced.contains(.intrinsic(.name))
    echoedFields = referenced.filter { !$0.isNeverEchoed }
  }

  /// True when no trace can match.
  var isEmpty: Bool { necessaryFilters.contains { filters[$0].keepsNothing } }

  /// Filters without which the first stages give nothing.
  private static func required(_ stages: [StagePlan]) -> [Int] {
    var result: [Int] = []
    for stage in stages {
      switch stage {
      case .spanset(let expression): result += required(expression)
      case .scalarFilter(let left, _, let right):
        if left.hasPipeline || right.hasPipeline { return result }
      case .scalar(let scalar, _): if scalar.hasPipeline { return result }
      case .groupBy, .coalesce, .select: break
      }
    }
    return result
  }

  private static func required(_ expression: SpansetPlan) -> [Int] {
    switch expression {
    case .filter(let id): return [id]
    case .pipeline(let stages): return required(stages)
    case .operation(let op, let left, let right):
      switch op {
      case .or: return []
      case .notChild, .notDescendant, .notParent, .notAncestor, .notSibling:
        return required(right)
      default: return required(left) + required(right)
      }
    }
  }
}

extension FilterPlan {
  /// Where this filter stands when the cheapest goes first.
  var costRank: Int {
    (spanParts.map(\.costRank).min() ?? 60) + (keepsAll ? 1000 : 0)
  }
}

extension Field {
  /// Fields that have a place of their own in results.
  var isNeverEchoed: Bool {
    guard case .intrinsic(let intrinsic) = self else { return false }
    switch intrinsic {
    case .name, .duration, .traceDuration, .rootName, .rootServiceName, .traceID, .spanID, .parent:
      return true
    default: return false
    }
  }

  /// The key under which results list the field.
  var resultKey: String {
    switch self {
    case .intrinsic(let intrinsic): intrinsic.rawValue
    case .attribute(let attribute): attribute.name
    }
  }
}

extension MetricsExpression {
  /// The spans a metrics query counts; of arithmetic, those of its first operand.
  var firstPipeline: Pipeline {
    switch self {
    case .series(let series): series.pipeline
    case .constant: Pipeline(stages: [])
    case .binary(_, let left, let right):
      left.hasSeries ? left.firstPipeline : right.firstPipeline
    case .staged(let inner, _): inner.firstPipeline
    }
  }

  private var hasSeries: Bool {
    switch self {
    case .series: true
    case .constant: false
    case .binary(_, let left, let right): left.hasSeries || right.hasSeries
    case .staged(let inner, _): inner.hasSeries
    }
  }
}
