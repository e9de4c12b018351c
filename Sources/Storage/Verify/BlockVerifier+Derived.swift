import Columns
import Parquet
import Wire

/// Columns nobody reads but Tempo, and the rules of attribute lists.
extension BlockVerifier {
  mutating func checkDerived(
    _ unit: BlockUnit, _ traces: TraceFacts, _ place: String
  ) throws(StorageError) {
    let layout = traces.layout
    if case .text(let texts)? = try values("TraceIDText", unit, layout.traceCount) {
      for trace in 0..<layout.traceCount {
        let digits = String(traces.id(of: trace).drop { $0 == "0" })
        guard texts.string(at: trace) != digits else { continue }
        found(
          .warning, "trace-id-text", place, "trace \(digits) is called \(texts.string(at: trace))")
      }
    }
    if case .int64(let counts)? = try values("rs.ss.SpanCount", unit, layout.scopeCount) {
      let truth = zip(layout.spanOffsets, layout.spanOffsets.dropFirst()).map { Int64($1 - $0) }
      if counts != truth {
        found(.damage, "span-count", place, "SpanCount does not count the spans")
      }
    }
    for seconds: UInt64 in [15, 60, 300, 3600] {
      let name = "rs.ss.Spans.StartTimeRounded\(seconds)"
      guard case .int64(let stored)? = try values(name, unit, layout.spanCount) else { continue }
      let step = seconds * 1_000_000_000
      let isRight = zip(stored, traces.start).allSatisfy { value, start in
        let start = UInt64(bitPattern: start)
        let steps = start == 0 ? 0 : (start - 1) / step
        return UInt32(truncatingIfNeeded: value) == UInt32(clamping: steps)
      }
      if !isRight { found(.damage, "rounded-start", place, "\(name) does not round the starts") }
    }
  }

  private func values(
    _ name: String, _ unit: BlockUnit, _ count: Int
  ) throws(StorageError) -> ColumnValues? {
    guard let leaf = unit.file.file.leaf(named: name) else { return nil }
    do throws(ParquetError) {
      return try unit.file.file.column(leaf, rowGroup: unit.rowGroup).readRequired(
        rows: unit.rows, expectedCount: count, statistics: statistics)
    } catch {
      throw StorageError(error)
    }
  }

  /// An attribute has values of one type, and several only if it is an array.
  mutating func checkAttributes(_ unit: BlockUnit, _ place: String) throws(StorageError) {
    for (scope, group) in unit.file.schema.groups.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      let depth = group.key.maxRepetition
      var lists: [UInt8] = []
      var entries: [UInt32] = []
      for leaf in [group.text, group.int, group.double, group.bool] {
        guard let leaf, let owned = try owned(leaf, depth, unit) else { continue }
        if lists.isEmpty {
          lists = [UInt8](repeating: 0, count: owned.ownerCount)
          entries = [UInt32](repeating: 0, count: owned.ownerCount)
        }
        guard owned.ownerCount == lists.count else {
          found(.damage, "levels", place, "\(leaf.name) has another number of attributes")
          continue
        }
        var last: UInt32?
        for owner in owned.owners {
          entries[Int(owner)] += 1
          if owner != last { lists[Int(owner)] += 1 }
          last = owner
        }
      }
      if let several = lists.firstIndex(where: { $0 > 1 }) {
        found(
          .warning, "attribute-values", place,
          "\(scope) attribute \(several) of the batch has values of several types")
      }
      guard let isArray = group.isArray,
        case .bool(let flags)? = try values(isArray.name, unit, lists.count)
      else { continue }
      if let plain = flags.indices.first(where: { flags[$0] == 0 && entries[$0] > 1 }) {
        found(
          .warning, "attribute-values", place,
          "\(scope) attribute \(plain) of the batch has several values and is no array")
      }
    }
  }

  private func owned(
    _ leaf: Leaf, _ depth: Int, _ unit: BlockUnit
  ) throws(StorageError) -> OwnedColumn? {
    guard leaf.maxRepetition >= depth, depth > 0 else { return nil }
    do throws(ParquetError) {
      return try unit.file.file.column(leaf, rowGroup: unit.rowGroup).read(
        rows: unit.rows, owner: Lane(depth: depth, of: leaf), statistics: statistics)
    } catch {
      throw StorageError(error)
    }
  }
}
