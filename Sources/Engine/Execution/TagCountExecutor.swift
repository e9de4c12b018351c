import Columns
package import Storage
package import TraceQL

/// Counts on how many spans names and values occur, unit by unit, so that a list can show numbers
/// while they grow. Events and links are counted themselves, traces once.
struct TagCountExecutor: Sendable {
  /// nil: every span counts.
  let plan: SearchPlan?
  let scan: Scan

  /// Calls `found` with what each unit adds, from several threads. False: stopped before the end.
  func values(
    of field: Field, found: @escaping @Sendable ([Value: Int]) -> Void
  ) async throws(QueryError) -> Bool {
    let targets = field.places
    return try await run { context, spans throws(StorageError) in
      var counts: [Value: Int] = [:]
      for target in targets {
        counts.merge(try context.valueCounts(target, spans)) { $0 + $1 }
      }
      found(counts)
    }
  }

  /// The same for names of attributes, in every scope.
  func names(
    found: @escaping @Sendable ([AttributeScope: [String: Int]]) -> Void
  ) async throws(QueryError) -> Bool {
    try await run { context, spans throws(StorageError) in
      var counts: [AttributeScope: [String: Int]] = [:]
      for scope in AttributeScope.allCases {
        counts[scope] = try context.nameCounts(scope, spans)
      }
      found(counts)
    }
  }

  private func run(
    _ count: @escaping @Sendable (UnitContext, Bitmap) throws(StorageError) -> Void
  ) async throws(QueryError) -> Bool {
    let plan = plan
    let reasons = try await scan.run({ work throws(StorageError) in
      if let plan {
        guard let matches = try UnitSearch(plan: plan).run(work.unit, traces: work.traces) else {
          return
        }
        try count(matches.context, matches.layers.selected)
      } else {
        let context = try UnitContext(work.unit)
        var spans = try context.allSpans()
        if work.traces.populationCount < work.traces.count {
          spans.formIntersection(work.traces.spread(context.layout.spansOfTrace))
        }
        try count(context, spans)
      }
    })
    return reasons.isEmpty
  }
}

extension UnitContext {
  /// How often each value of a field occurs on marked spans.
  fileprivate func valueCounts(
    _ field: Field, _ spans: Bitmap
  ) throws(StorageError) -> [Value: Int] {
    switch field {
    case .attribute(let attribute):
      guard let scope = attribute.scope.storage else { return [:] }
      let lane = try self.attribute(scope, attribute.name)
      let weights = try weights(of: scope.lane, spans)
      return lane.values.counts(lane.offsets, weights)
    case .intrinsic(let intrinsic):
      let (lane, column) = try column(of: intrinsic)
      guard let column else { return [:] }
      let weights = try weights(of: lane, spans)
      switch column {
      case .text(let text):
        return text.table.named(Self.sums(text.codes, weights, count: text.table.count)) {
          .string($0)
        }
      case .int64(let values):
        var sums: [Int64: Int] = [:]
        for (element, weight) in weights.enumerated() where weight > 0 {
          sums[values[element], default: 0] += Int(weight)
        }
        return [Value: Int](
          uniqueKeysWithValues: sums.map { code, count in
            switch intrinsic {
            case .status: (.status(code), count)
            case .kind: (.kind(code), count)
            default: (.int(code), count)
            }
          })
      case .double, .bool: return [:]
      }
    }
  }

  /// How often each name of a scope occurs on marked spans and what belongs to them.
  fileprivate func nameCounts(
    _ scope: AttributeScope, _ spans: Bitmap
  ) throws(StorageError) -> [String: Int] {
    let weights = try weights(of: scope.lane, spans)
    var result: [String: Int] = [:]
    if let keys = try unit.attributeKeys(scope) {
      var sums = [Int](repeating: 0, count: keys.keys.table.count)
      for (attribute, owner) in keys.owners.enumerated() {
        sums[Int(keys.keys.codes[attribute])] += Int(weights[Int(owner)])
      }
      result = keys.keys.table.named(sums) { $0 }
    }
    for name in unit.directNames(scope) {
      for column in try unit.directColumns(scope, name) {
        let count = column.owners.reduce(0) { $0 + Int(weights[Int($1)]) }
        if count > 0 { result[name, default: 0] += count }
      }
    }
    return result
  }

  /// For each element of a lane: how many marked spans it stands for.
  private func weights(of lane: TraceLane, _ spans: Bitmap) throws(StorageError) -> [UInt32] {
    func below(_ offsets: [UInt32]) -> [UInt32] {
      zip(offsets, offsets.dropFirst()).map { UInt32(spans.count(in: Int($0)..<Int($1))) }
    }
    switch lane {
    case .resource: return below(layout.spansOfResource)
    case .scope: return below(layout.spanOffsets)
    case .trace, .span, .event, .link:
      let marks = try elements(of: lane, below: spans)
      return (0..<marks.count).map { marks[$0] ? 1 : 0 }
    }
  }

  private static func sums(_ codes: [UInt32], _ weights: [UInt32], count: Int) -> [Int] {
    var sums = [Int](repeating: 0, count: count)
    for (element, code) in codes.enumerated() { sums[Int(code)] += Int(weights[element]) }
    return sums
  }
}

extension StringTable {
  /// Sums by code, as sums by text: a table may hold a text twice.
  fileprivate func named<Key: Hashable>(
    _ sums: [Int], _ key: (String) -> Key
  ) -> [Key: Int] {
    var result: [Key: Int] = [:]
    for (code, sum) in sums.enumerated() where sum > 0 {
      result[key(string(at: code)), default: 0] += sum
    }
    return result
  }
}

extension FieldVector {
  /// Weights of the owners of each distinct value; values of owner `e` are
  /// `offsets[e]..<offsets[e + 1]`.
  fileprivate func counts(_ offsets: [UInt32], _ weights: [UInt32]) -> [Value: Int] {
    struct Identity: Hashable {
      var tag: Tag
      var payload: UInt64
    }
    var sums: [Identity: (row: Int, count: Int)] = [:]
    for (owner, weight) in weights.enumerated() where weight > 0 {
      for row in Int(offsets[owner])..<Int(offsets[owner + 1]) {
        let identity = Identity(tag: tags[row], payload: payloads[row])
        sums[identity, default: (row, 0)].count += Int(weight)
      }
    }
    var result: [Value: Int] = [:]
    for (row, count) in sums.values { result[value(at: row), default: 0] += count }
    return result
  }
}

extension QueryEngine {
  /// Counts the values of a field; `found` gets what each unit adds, from several threads. False:
  /// stopped before the end.
  package func countValues(
    of field: Field, filter: ConditionGroups?, options: QueryOptions,
    progress: QueryProgress = QueryProgress(),
    found: @escaping @Sendable ([Value: Int]) -> Void
  ) async throws(QueryError) -> Bool {
    let plan = filter.map { SearchPlan(Query(filter: $0)) }
    let demand = plan.map { Scan.Demand(condition: $0.condition) } ?? Scan.Demand()
    let scan = try await soundScan(demand, options, progress)
    return try await TagCountExecutor(plan: plan, scan: scan).values(of: field, found: found)
  }

  /// Counts the names of attributes in every scope, in the same manner.
  package func countNames(
    filter: ConditionGroups?, options: QueryOptions, progress: QueryProgress = QueryProgress(),
    found: @escaping @Sendable ([AttributeScope: [String: Int]]) -> Void
  ) async throws(QueryError) -> Bool {
    let plan = filter.map { SearchPlan(Query(filter: $0)) }
    let demand = plan.map { Scan.Demand(condition: $0.condition) } ?? Scan.Demand()
    let scan = try await soundScan(demand, options, progress)
    return try await TagCountExecutor(plan: plan, scan: scan).names(found: found)
  }
}
