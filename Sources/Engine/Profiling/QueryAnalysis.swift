/// A query that ran, operator by operator: where its time went.
package struct QueryAnalysis: Sendable {
  package struct Row: Sendable {
    /// 0 is the query itself.
    package var depth: Int
    package var label: String
    package var rowsIn: Int?
    package var rowsOut: Int?
    /// Of all threads together, operators below not counted.
    package var nanoseconds: Int
    /// The part of the query's wall time that this stands for.
    package var wallNanoseconds: Int
    package var bytesRead: Int
    package var pagesRead: Int
    package var pagesPruned: Int
    package var threadCount: Int
  }

  /// From the first look at a block to the answer.
  package let wallNanoseconds: Int
  package let threadCount: Int
  /// The query first, then its operators in the order in which they run.
  package let rows: [Row]

  /// How much of the wall time the operators stand for.
  package var explainedShare: Double {
    let explained = rows.dropFirst().reduce(0) { $0 + $1.wallNanoseconds }
    return wallNanoseconds > 0 ? Double(explained) / Double(wallNanoseconds) : 1
  }
}

/// Turns a profile into rows.
struct AnalysisBuilder {
  let profile: QueryProfile
  let threadCount: Int
  let unitCount: Int
  private(set) var rows: [QueryAnalysis.Row] = []

  init(_ profile: QueryProfile, threadCount: Int, unitCount: Int) {
    self.profile = profile
    self.unitCount = unitCount
    // No more workers than units.
    self.threadCount = max(1, min(threadCount, unitCount))
  }

  /// `stages[f]`: what the stages of function f do; searches are function 0, without `functions`.
  mutating func build(
    _ plans: [SearchPlan], stages: [[String]], functions: [String], blockCount: Int
  ) {
    serial(.open, "open \(blockCount) \(blockCount == 1 ? "block" : "blocks")", rowsAre: false)
    let conditions = plans.map(\.condition.explained).joined(separator: "; ")
    serial(.dictionaries, "dictionaries and bounds: \(conditions)", rowsAre: false)
    serial(.repeatedTraces, "find traces that lie in several places")
    guard let scan = profile.cost(.scan) else {
      serial(.merge, "sort")
      return
    }
    add(1, "scan \(unitCount) \(unitCount == 1 ? "unit" : "units")", QueryProfile.Cost())
    unit(.prepare, "time range")
    for (function, plan) in plans.enumerated() {
      narrowing(plan, function)
      for (number, label) in stages[function].enumerated() {
        unit(.stage(number), label, function)
      }
      if function < functions.count { unit(.observe, functions[function], function) }
    }
    unit(.list, "list the newest")
    unit(.unit, "between operators")
    var idle = QueryProfile.Cost()
    idle.nanoseconds = max(0, scan.nanoseconds * threadCount - profile.busyNanoseconds)
    add(2, "idle: workers start, or wait for the last", idle)
    serial(.merge, functions.isEmpty ? "sort" : "merge series")
  }

  private mutating func narrowing(_ plan: SearchPlan, _ function: Int) {
    unit(.layOut, "structure", function)
    for id in plan.necessaryFilters where !plan.filters[id].keepsAll {
      let filter = plan.filters[id]
      for (number, part) in filter.spanParts.enumerated() {
        unit(.probe(filter: id, part: number), "look for \(part.explained)", function)
        unit(.filter(filter: id, part: number), "filter \(part.explained)", function)
      }
      for (number, part) in filter.correlatedParts.enumerated() {
        let number = filter.spanParts.count + number
        unit(.probe(filter: id, part: number), "look for \(part.explained)", function)
      }
      let parts = filter.correlatedParts.map(\.explained).joined(separator: " and ")
      unit(.correlated(filter: id), "filter, for one event and one link: \(parts)", function)
    }
    unit(.narrow, "cut units down to traces that can match", function)
  }

  private mutating func serial(
    _ operator: QueryProfile.Operator, _ label: String, rowsAre isShown: Bool = true
  ) {
    guard var cost = profile.cost(`operator`) else { return }
    if !isShown { cost.rowsOut = 0 }
    add(1, label, cost, wall: cost.nanoseconds)
  }

  private mutating func unit(
    _ operator: QueryProfile.Operator, _ label: String, _ function: Int = 0
  ) {
    // What belongs to no function is measured before the first one or after the last.
    var costs: [QueryProfile.Cost] = []
    switch `operator` {
    case .prepare, .unit, .list:
      costs = profile.costs(`operator`)
    default: costs = profile.cost(`operator`, function: function).map { [$0] } ?? []
    }
    guard var cost = costs.first else { return }
    for other in costs.dropFirst() { cost.add(other) }
    add(2, label, cost)
  }

  private mutating func add(
    _ depth: Int, _ label: String, _ cost: QueryProfile.Cost, wall: Int? = nil
  ) {
    rows.append(
      QueryAnalysis.Row(
        depth: depth, label: label, rowsIn: cost.rowsIn > 0 ? cost.rowsIn : nil,
        rowsOut: cost.rowsIn > 0 || cost.rowsOut > 0 ? cost.rowsOut : nil,
        nanoseconds: cost.nanoseconds,
        wallNanoseconds: wall ?? cost.nanoseconds / threadCount, bytesRead: cost.bytesRead,
        pagesRead: cost.pagesRead, pagesPruned: cost.pagesPruned,
        threadCount: cost.workers.count))
  }

  /// The rows with the query itself in front and what nobody accounts for at the end.
  func finished(_ label: String, wall: Int, rowsOut: Int) -> QueryAnalysis {
    let query = QueryAnalysis.Row(
      depth: 0, label: label, rowsIn: nil, rowsOut: rowsOut,
      nanoseconds: rows.reduce(0) { $0 + $1.nanoseconds }, wallNanoseconds: wall,
      bytesRead: rows.reduce(0) { $0 + $1.bytesRead },
      pagesRead: rows.reduce(0) { $0 + $1.pagesRead },
      pagesPruned: rows.reduce(0) { $0 + $1.pagesPruned }, threadCount: threadCount)
    return QueryAnalysis(wallNanoseconds: wall, threadCount: threadCount, rows: [query] + rows)
  }
}
