import Columns
import Storage
import TraceQL

/// Legacy tag search (http-api.md 5.3): every tag somewhere in the trace, not necessarily on one
/// span.
struct TagSearchExecutor: Sendable {
  let search: TagSearch
  let scan: Scan

  func run() async throws(QueryError) -> SearchResult {
    let start = ContinuousClock.now
    let collector = MatchCollector(limit: scan.options.limit, memory: scan.statistics)
    let plan = SearchPlan(
      Query(
        body: .pipeline(
          Pipeline(stages: [.spanset(.filter(FieldExpression(.literal(.bool(true)))))])), hints: [])
    )
    let builder = MatchBuilder(plan: plan, spansPerSpanSet: 1)
    let reasons = try await scan.run({ work throws(StorageError) in
      let context = try UnitContext(work.unit)
      var traces = work.traces
      try restrictDuration(&traces, context)
      for tag in search.tags where !traces.isEmpty {
        traces.formIntersection(try self.traces(with: tag.key, tag.value, context))
      }
      if traces.isEmpty { return }
      let state = SpansetState(
        selected: traces.spread(context.layout.spansOfTrace), grouping: nil)
      var found = try builder.build(
        UnitSearch.Matches(context: context, layers: [state]), traces: traces)
      for index in found.indices {
        found[index].spanSets = []
        found[index].serviceStatistics = nil
      }
      if work.looseTraces != nil {
        try collector.addFragments(found, source: work.source)
      } else {
        try collector.add(found, count: found.count)
      }
    })
    let (matches, count, isExact) = collector.finish()
    return SearchResult(
      traces: matches, matchedTraceCount: count,
      matchedTraceCountIsExact: isExact && reasons.isEmpty, partialReasons: reasons,
      statistics: scan.queryStatistics(since: start))
  }

  /// Durations count in whole milliseconds, both bounds included.
  private func restrictDuration(
    _ traces: inout Bitmap, _ context: UnitContext
  ) throws(StorageError) {
    let millisecond: UInt64 = 1_000_000
    let low = (search.minimumDurationNanoseconds ?? 0) / millisecond * millisecond
    let high = search.maximumDurationNanoseconds.map { $0 / millisecond * millisecond } ?? 0
    guard low > 0 || high > 0,
      case .int64(let durations)? = try context.unit.column(.traceDuration)
    else { return }
    for trace in 0..<traces.count where traces[trace] {
      let duration = UInt64(bitPattern: durations[trace])
      if duration < low || (high > 0 && duration > high) { traces[trace] = false }
    }
  }

  private func traces(
    with key: String, _ value: String, _ context: UnitContext
  ) throws(StorageError) -> Bitmap {
    switch key {
    case "service.name": return try containing(.serviceName, value, context)
    case "name": return try containing(.spanName, value, context)
    case "root.name": return try containing(.rootSpanName, value, context)
    case "root.service.name": return try containing(.rootServiceName, value, context)
    case "status.code":
      let code: Int64 = value == "ok" ? 1 : value == "error" ? 2 : 0
      guard case .int64(let codes)? = try context.unit.column(.statusCode) else { break }
      return RangeFilter.int64(codes, in: code...code).gathered(context.layout.spansOfTrace)
    default: break
    }
    var spans = Bitmap(count: context.spanCount)
    for scope in [AttributeScope.span, .resource] {
      let direct = try context.unit.directColumns(scope, key)
      var marks = Bitmap(count: context.layout.count(of: scope.lane))
      for column in direct {
        let passing: Bitmap
        switch column.values {
        case .text(let text):
          passing = RangeFilter.codes(
            text.codes, in: TextFilter.containing(text.table, Array(value.utf8)))
        case .int64(let ints):
          passing =
            Int64(value).map { RangeFilter.int64(ints, in: $0...$0) } ?? Bitmap(count: ints.count)
        case .double, .bool: passing = Bitmap(count: column.values.count)
        }
        marks.insert(passing.indices().map { column.owners[Int($0)] })
      }
      spans.formUnion(try context.spans(marks, of: scope.lane))
      // An attribute with a column of its own is looked up there only.
      if !direct.isEmpty { continue }
      let field = Field.attribute(Attribute(scope == .span ? .span : .resource, key))
      // Exact equality among the generic, string-valued attributes.
      let test = LiteralTest(.equal, .string(value), id: 0)
      let (lane, found) = try context.elementsPassing(field, test)
      spans.formUnion(try context.spans(found, of: lane))
    }
    return spans.gathered(context.layout.spansOfTrace)
  }

  private func containing(
    _ column: TraceColumn, _ value: String, _ context: UnitContext
  ) throws(StorageError) -> Bitmap {
    guard case .text(let text)? = try context.unit.column(column) else {
      return Bitmap(count: context.layout.traceCount)
    }
    let marks = RangeFilter.codes(
      text.codes, in: TextFilter.containing(text.table, Array(value.utf8)))
    return try context.spans(marks, of: column.lane).gathered(context.layout.spansOfTrace)
  }
}
