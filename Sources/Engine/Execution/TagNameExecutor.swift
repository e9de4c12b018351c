import Columns
import Parquet
import Storage
import TraceQL

/// Collects the attribute names of blocks: without a filter from dictionaries alone, with one from
/// the spans that pass it.
struct TagNameExecutor: Sendable {
  let scopes: [AttributeScope]
  let filter: ConditionGroups?
  let scan: Scan

  func run() async throws(QueryError) -> TagNames {
    let start = ContinuousClock.now
    let names = TagCollection<ScopedName>(scan.options.limits) { $0.name.utf8.count }
    if let filter {
      let plan = SearchPlan(Query(filter: filter))
      let (scopes, scan) = (scopes, scan)
      let reasons = try await scan.run({ work throws(StorageError) in
        guard !names.isFull,
          let matches = try UnitSearch(plan: plan, limits: scan.options.limits)
            .run(work.unit, traces: work.traces)
        else {
          return
        }
        for scope in scopes {
          let found = try Self.names(scope, of: matches.layers.selected, matches.context)
          names.add(found.map { ScopedName(scope: scope, name: $0) })
        }
      })
      if let reason = reasons.first {
        throw QueryError.limitReached(name: "stopped", message: reason)
      }
    } else {
      for source in scan.sources where !names.isFull {
        let stored = StoredNames(
          source.file, rowGroups: source.rowGroups, statistics: scan.statistics.part())
        do throws(StorageError) {
          for scope in scopes {
            names.add(try stored.names(scope).map { ScopedName(scope: scope, name: $0) })
          }
        } catch {
          if !scan.leaveOut(after: error) { throw QueryError(error) }
        }
      }
    }
    let order: [AttributeScope] = [.event, .instrumentation, .link, .resource, .span]
    let found = Dictionary(
      grouping: names.tags(sortedBy: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }),
      by: \.scope)
    return TagNames(
      scopes: order.compactMap { scope in
        guard let tags = found[scope]?.map(\.name), !tags.isEmpty else { return nil }
        return (scope.name, tags)
      }, partialReasons: names.partialReasons, statistics: scan.queryStatistics(since: start))
  }

  private struct ScopedName: Hashable {
    var scope: AttributeScope
    var name: String
  }

  /// Names on the selected spans and on what belongs to them.
  private static func names(
    _ scope: AttributeScope, of spans: Bitmap, _ context: UnitContext
  ) throws(StorageError) -> Set<String> {
    let elements = try context.elements(of: scope.lane, below: spans)
    var result: Set<String> = []
    if let keys = try context.unit.attributeKeys(scope) {
      var used = Bitmap(count: keys.keys.table.count)
      for (attribute, owner) in keys.owners.enumerated() where elements[Int(owner)] {
        used[Int(keys.keys.codes[attribute])] = true
      }
      for code in used.indices() { result.insert(keys.keys.table.string(at: Int(code))) }
    }
    for name in context.unit.directNames(scope) where !result.contains(name) {
      for column in try context.unit.directColumns(scope, name)
      where column.owners.contains(where: { elements[Int($0)] }) { result.insert(name) }
    }
    return result
  }
}

extension AttributeScope {
  /// The scope's name in the API.
  package var name: String {
    switch self {
    case .resource: "resource"
    case .instrumentation: "instrumentation"
    case .span: "span"
    case .event: "event"
    case .link: "link"
    }
  }
}

extension Query {
  /// A search for the spans that satisfy a tag filter.
  init(filter: ConditionGroups) {
    self.init(
      body: .pipeline(Pipeline(stages: [.spanset(.filter(filter.expression))])), hints: [])
  }
}

extension UnitContext {
  /// Elements of a lane that belong to marked spans, or that marked spans belong to.
  func elements(of lane: TraceLane, below spans: Bitmap) throws(StorageError) -> Bitmap {
    switch lane {
    case .trace: return spans.gathered(layout.spansOfTrace)
    case .resource: return spans.gathered(layout.spansOfResource)
    case .scope: return spans.gathered(layout.spanOffsets)
    case .span: return spans
    case .event, .link:
      guard let offsets = try unit.offsets(of: lane) else { return Bitmap(count: 0) }
      return spans.spread(offsets)
    }
  }
}
