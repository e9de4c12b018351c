import Columns
import Parquet
import Storage
import Synchronization
import TraceQL

/// Conditions asked of a unit.
extension TraceCondition {
  /// Whether some trace of the unit may satisfy the condition: dictionaries and bounds only.
  func mayHold(in unit: any SpanUnit) throws(StorageError) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .probe(let probe, _): return try unit.mayMatch(probe)
    case .all(let parts):
      for part in parts where try !part.mayHold(in: unit) { return false }
      return true
    case .any(let parts):
      for part in parts where try part.mayHold(in: unit) { return true }
      return false
    }
  }

  /// Whether some trace of these files may satisfy the condition, with parts of it in different
  /// files: where it cannot, nobody needs to know which traces they share.
  func mayHold(
    in sources: [ScanSource], _ threadCount: Int, _ cache: BoundedCache,
    _ statistics: ReadStatistics
  ) async throws(StorageError) -> Bool {
    if case .always = self { return true }
    let groups = sources.flatMap { source in
      source.rowGroups.map { (source.file, $0) }
    }
    let statistics = statistics.part()
    let unit: @Sendable (Int) -> BlockUnit = { index in
      let (file, rowGroup) = groups[index]
      return BlockUnit(
        file: file, rowGroup: rowGroup, rows: RowRuns(0..<file.file.rowGroups[rowGroup].rowCount),
        cache: cache, statistics: statistics)
    }
    let holds = Atomic(false)
    try await WorkQueue.forEach(groups.count, threadCount) { index throws(StorageError) in
      // One is enough; what the others hold is asked when their turn comes.
      if holds.load(ordering: .relaxed) { return }
      if try mayHold(in: unit(index)) { holds.store(true, ordering: .relaxed) }
    }
    if holds.load(ordering: .relaxed) { return true }
    return try mayHold(in: MergedUnit(sources: groups.indices.map(unit), traces: []))
  }

  /// Traces that may match as far as single columns can tell; nil = no opinion.
  func traces(in unit: any SpanUnit) throws(StorageError) -> Bitmap? {
    switch self {
    case .always: return nil
    case .never: return Bitmap(count: unit.traceCount)
    case .probe(let probe, _): return try unit.traces(matching: probe)
    case .all(let parts):
      var result: Bitmap?
      for part in parts {
        guard let possible = try part.traces(in: unit) else { continue }
        result = result?.intersection(possible) ?? possible
        if result?.isEmpty == true { return result }
      }
      return result
    case .any(let parts):
      var result = Bitmap(count: unit.traceCount)
      for part in parts {
        guard let possible = try part.traces(in: unit) else { return nil }
        result.formUnion(possible)
      }
      return result
    }
  }
}

extension Predicate {
  /// Whether the part looks for few of the many strings that attribute lists hold (an attribute
  /// with a column of its own is read from there as fast), or for numbers that few pages can have.
  func isWorthProbing(in unit: any SpanUnit) throws(StorageError) -> Bool {
    guard case .test(let field, let test) = self else { return false }
    guard case .attribute(let attribute) = field else {
      guard case .probe(let probe, _) = TraceCondition(self) else { return false }
      return try unit.boundsExcludeMost(probe)
    }
    guard let text = test.text, text.isSelective else { return false }
    let scopes = attribute.scope.storage.map { [$0] } ?? [.span, .resource]
    return !scopes.contains { unit.directNames($0).contains(attribute.name) }
  }
}
