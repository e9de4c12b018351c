package import TraceQL

/// What an answer says of one trace: traceql.md 8.3.
package struct OracleMatch {
  package struct Listed {
    package var id: [UInt8]
    /// Only if the query mentions names.
    package var name: String?
    package var start: Int64
    package var duration: Int64
    package var attributes: [(key: String, value: OracleValue)]
  }

  package struct Group {
    package var spans: [Listed]
    package var attributes: [(key: String, value: OracleValue)]
    var key: [String]
  }

  package var id: [UInt8]
  package var rootName: String
  package var rootService: String
  package var start: Int64
  package var duration: Int64
  package var statistics: [(service: String, spans: Int, errors: Int)]
  package var groups: [Group]

  /// Nil if the query finds nothing in the trace.
  package init?(_ query: Query, in trace: OracleTrace) {
    let pipelines = query.pipelines
    let oracle = PipelineOracle(trace: trace)
    let sets = pipelines.flatMap { oracle.run($0, on: [oracle.everything]) }
    if sets.isEmpty { return nil }
    id = trace.id
    rootName = trace.rootName
    rootService = trace.rootService
    start = trace.start
    duration = trace.duration
    statistics = trace.statistics
    let echo = Echo(pipelines)
    groups = sets.map { set in
      // Listed by start, then by ID (architecture.md 4).
      let order = set.spans.sorted { a, b in
        let (x, y) = (trace.spans[a].stored, trace.spans[b].stored)
        return (x.start, HexID.digits(x.id), a) < (y.start, HexID.digits(y.id), b)
      }
      return Group(
        spans: order.map { echo.listed(trace, $0) }, attributes: set.attributes, key: set.groupKey)
    }
  }
}

extension Query {
  /// What a search runs: of metrics queries the part before the metrics function (4.6).
  var pipelines: [Pipeline] {
    switch body {
    case .pipeline(let pipeline): [pipeline]
    case .metrics(let metrics): metrics.pipelines
    }
  }
}

extension MetricsExpression {
  fileprivate var pipelines: [Pipeline] {
    switch self {
    case .series(let series): [series.pipeline]
    case .staged(let inner, _): inner.pipelines
    case .constant, .binary: []
    }
  }
}
