import Columns
import Parquet
import Storage
import TraceQL

/// Collects the distinct values of fields: from dictionaries where they are the whole truth, else
/// from the rows, and with a filter from the spans that pass it.
struct TagValueExecutor: Sendable {
  let targets: [Field]
  let filter: ConditionGroups?
  let scan: Scan

  func run() async throws(QueryError) -> TagValues {
    let start = ContinuousClock.now
    let found = TagCollection<Value>(scan.options.limits) { $0.tagBytes }
    let targets = targets.flatMap(\.places)
    if let filter {
      let (named, rest) = filter.split(naming: targets)
      found.add(named)
      if let rest { try await search(rest, targets, found) }
    } else {
      found.add(targets.flatMap(\.constantValues))
      let stored = targets.filter { $0.constantValues.isEmpty && $0.hasListedValues }
      if !stored.isEmpty { try await collect(stored, found) }
    }
    return TagValues(
      values: found.tags(sortedBy: { $0.precedes($1) }), partialReasons: found.partialReasons,
      statistics: scan.queryStatistics(since: start))
  }

  private func search(
    _ filter: ConditionGroups, _ targets: [Field], _ found: TagCollection<Value>
  ) async throws(QueryError) {
    let plan = SearchPlan(Query(filter: filter))
    let reasons = try await scan.run({ work throws(StorageError) in
      guard !found.isFull,
        let matches = try UnitSearch(plan: plan, limits: scan.options.limits)
          .run(work.unit, traces: work.traces)
      else {
        return
      }
      let spans = matches.layers.selected
      for target in targets where target.hasListedValues {
        found.add(try matches.context.distinctValues(target, spans))
      }
    })
    try Self.check(reasons)
  }

  /// Without a filter: dictionaries first, rows where they do not tell.
  private func collect(
    _ targets: [Field], _ found: TagCollection<Value>
  ) async throws(QueryError) {
    let (sources, cache) = (scan.sources, scan.cache)
    let queue = WorkQueue(count: sources.count)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, scan.options.threadCount) {
        group.addTask {
          while !found.isFull, let index = queue.take() {
            let reader = StoredValues(
              file: sources[index].file, rowGroups: sources[index].rowGroups, cache: cache,
              statistics: scan.statistics.part())
            do throws(StorageError) {
              for target in targets { found.add(try reader.values(target)) }
            } catch {
              if !scan.leaveOut(after: error) { return queue.fail(error) }
            }
          }
        }
      }
    }
    try Self.check(queue.finish())
  }

  private static func check(_ reasons: [String]) throws(QueryError) {
    if let reason = reasons.first {
      throw QueryError.limitReached(name: "stopped", message: reason)
    }
  }
}

extension Field {
  /// The fields an unscoped name stands for in value look-ups.
  var places: [Field] {
    guard case .attribute(let attribute) = self, attribute.scope == .unscoped else { return [self] }
    return [Attribute.Scope.resource, .span, .instrumentation].map {
      .attribute(Attribute($0, attribute.name))
    }
  }

  /// Keywords, whatever the data.
  fileprivate var constantValues: [Value] {
    switch self {
    case .intrinsic(.status): (0...2).map { .status($0) }
    case .intrinsic(.kind): (0...5).map { .kind($0) }
    default: []
    }
  }

  /// Durations, numbers of the tree and IDs are not worth a list.
  fileprivate var hasListedValues: Bool {
    guard case .intrinsic(let intrinsic) = self else { return !isOfParent }
    switch intrinsic {
    case .name, .statusMessage, .rootName, .rootServiceName, .eventName, .instrumentationName,
      .instrumentationVersion, .status, .kind:
      return true
    default: return false
    }
  }
}

extension ConditionGroups {
  /// Values that groups name themselves, and the groups left to search (traceql.md 10).
  fileprivate func split(naming targets: [Field]) -> (named: [Value], rest: ConditionGroups?) {
    var named: [Value] = []
    var rest: [[FieldExpression]] = []
    for group in groups {
      let literals = group.compactMap { condition -> Value? in
        guard case .binary(.compare(.equal), let left, let right) = condition.kind,
          case .field(let field) = left.kind, targets.contains(field),
          case .literal(let literal) = right.kind
        else { return nil }
        return Value(literal)
      }
      if literals.isEmpty { rest.append(group) } else { named += literals }
    }
    return (named, rest.isEmpty ? nil : ConditionGroups(groups: rest))
  }
}

extension Value {
  /// What it takes in an answer, without what stands around it.
  fileprivate var tagBytes: Int {
    switch self {
    case .string(let text): text.utf8.count
    default: 8
    }
  }

  /// A total order of values for lists: by type, then by value.
  fileprivate func precedes(_ other: Value) -> Bool {
    switch (self, other) {
    case (.int(let a), .int(let b)), (.duration(let a), .duration(let b)),
      (.status(let a), .status(let b)), (.kind(let a), .kind(let b)):
      return a < b
    case (.float(let a), .float(let b)): return a < b || (b.isNaN && !a.isNaN)
    case (.string(let a), .string(let b)): return a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.bool(let a), .bool(let b)): return !a && b
    default: return typeRank < other.typeRank
    }
  }

  private var typeRank: Int {
    switch self {
    case .nil: 0
    case .string: 1
    case .int: 2
    case .float: 3
    case .bool: 4
    case .duration: 5
    case .status: 6
    case .kind: 7
    case .array: 8
    }
  }
}
