import TraceQL

/// Stages over the spans of one trace: traceql.md 7.
struct PipelineOracle {
  let trace: OracleTrace

  /// The whole trace, which queries and wrapped pipelines in scalar expressions start from.
  var everything: SpanSetOracle { SpanSetOracle(spans: Array(trace.spans.indices)) }

  func run(_ pipeline: Pipeline, on input: [SpanSetOracle]) -> [SpanSetOracle] {
    pipeline.stages.reduce(input) { sets, stage in
      sets.isEmpty ? [] : apply(stage, to: sets).filter { !$0.spans.isEmpty }
    }
  }

  private func apply(_ stage: Stage, to sets: [SpanSetOracle]) -> [SpanSetOracle] {
    switch stage {
    case .spanset(.pipeline(let inner)):
      // Not an operand of anything: its spansets are the result (2.4).
      return sets.flatMap { run(inner, on: [$0]) }
    case .spanset(let expression):
      return sets.map {
        SpanSetOracle(spans: spans(expression, from: $0.spans), attributes: $0.attributes)
      }
    case .fieldFilter(let filter):
      return sets.map {
        SpanSetOracle(spans: spans(.filter(filter), from: $0.spans), attributes: $0.attributes)
      }
    case .scalarFilter(let filter):
      return apply(filter, to: sets)
    case .scalar(let scalar):
      return sets.map { set in
        var set = set
        set.attributes.append(("\(scalar)", final(scalar, of: set)))
        return set
      }
    case .groupBy(let expressions):
      return expressions.reduce(sets) { sets, expression in
        sets.flatMap { group($0, by: expression) }
      }
    case .coalesce:
      return [SpanSetOracle(spans: Set(sets.flatMap(\.spans)).sorted())]
    case .select:
      return sets
    }
  }

  private func group(_ set: SpanSetOracle, by expression: FieldExpression) -> [SpanSetOracle] {
    var groups: [String: SpanSetOracle] = [:]
    for span in set.spans {
      let value = Place(trace, span).value(expression)
      let empty = SpanSetOracle(
        spans: [], attributes: set.attributes + [(key: "by(\(expression))", value: value)])
      groups[value.description, default: empty].spans.append(span)
    }
    return groups.sorted { $0.key < $1.key }.map(\.value)
  }
}
