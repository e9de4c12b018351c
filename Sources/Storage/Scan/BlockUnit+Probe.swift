package import Columns
import Parquet

extension BlockUnit {
  /// Which traces hold a value that passes the probe, without decoding levels where nothing passes.
  package func traces(matching probe: RowProbe) throws(StorageError) -> Bitmap? {
    if case .attribute(let scope, _) = probe.target, isEncoded(scope) { return nil }
    var found = Bitmap(count: traceCount)
    for leaf in try leaves(of: probe) {
      guard let rows = try rows(of: leaf, matching: probe.condition) else { return nil }
      mark(rows, in: &found)
    }
    return found
  }

  /// Whether values of this scope may hide where columns cannot be probed: blobs of vParquet3.
  func isEncoded(_ scope: AttributeScope) -> Bool {
    if scope == .link && file.schema.leaf(.linkSpanID) == nil { return true }
    guard let group = file.schema.groups[scope] else { return false }
    if group.encoded != nil { return true }
    guard let arrays = group.arrayJSON else { return false }
    let chunk = file.file.rowGroups[rowGroup].chunks[arrays.index]
    return chunk.nullCount != chunk.valueCount
  }

  /// The columns in which a passing value could stand.
  private func leaves(of probe: RowProbe) throws(StorageError) -> [Leaf] {
    switch probe.target {
    case .column(let column):
      return file.schema.leaf(column).map { [$0] } ?? []
    case .attribute(let scope, let name):
      var leaves: [Leaf] = []
      if let direct = file.schema.directColumn(scope, name) { leaves.append(direct.leaf) }
      // Without the key there are no such values in the list.
      guard let group = file.schema.groups[scope], try mayHaveKey(scope, name) else {
        return leaves
      }
      switch probe.condition {
      case .text: if let text = group.text { leaves.append(text) }
      case .int: if let int = group.int { leaves.append(int) }
      case .number(let int, let double):
        if int != nil, let leaf = group.int { leaves.append(leaf) }
        if double != nil, let leaf = group.double { leaves.append(leaf) }
      }
      return leaves
    }
  }

  private func rows(
    of leaf: Leaf, matching condition: RowProbe.Condition
  ) throws(StorageError) -> RowRuns? {
    let column = file.file.column(leaf, rowGroup: rowGroup)
    do {
      switch (condition, leaf.physicalType) {
      case (.text(_, let test), .byteArray):
        guard try column.isFullyDictionaryCoded(),
          let table = try column.dictionary(statistics: statistics)
        else {
          return nil
        }
        let codes = test(table)
        if codes.isEmpty { return RowRuns() }
        return try column.rows(
          matching: .codes(codes, plain: { _ in false }), in: rows, statistics: statistics)
      case (.int(let range), .int64), (.int(let range), .int32),
        (.number(.some(let range), _), .int64), (.number(.some(let range), _), .int32):
        return try column.rows(matching: .int64(range), in: rows, statistics: statistics)
      case (.number(_, .some(let range)), .double):
        return try column.rows(
          matching: .double(
            lower: range.lowerBound, lowerInclusive: true, upper: range.upperBound,
            upperInclusive: true), in: rows, statistics: statistics)
      default:
        return RowRuns()
      }
    } catch { throw StorageError.parquet(error) }
  }

  /// Row-group rows to traces of this unit; both ascend.
  private func mark(_ found: RowRuns, in result: inout Bitmap) {
    var base = 0
    var next = found.ranges.makeIterator()
    var current = next.next()
    for range in rows.ranges {
      while let hits = current, hits.upperBound <= range.lowerBound { current = next.next() }
      while let hits = current, hits.lowerBound < range.upperBound {
        let overlap = hits.clamped(to: range)
        let start = base + overlap.lowerBound - range.lowerBound
        result.insert(range: start..<start + overlap.count)
        if hits.upperBound > range.upperBound { break }
        current = next.next()
      }
      base += range.count
    }
  }

  // MARK: Existence

  package func mayMatch(_ probe: RowProbe) throws(StorageError) -> Bool {
    if case .attribute(let scope, _) = probe.target, isEncoded(scope) { return true }
    for leaf in try leaves(of: probe) where try mayHold(leaf, probe.condition) { return true }
    return false
  }

  private func mayHold(
    _ leaf: Leaf, _ condition: RowProbe.Condition
  ) throws(StorageError) -> Bool {
    let column = file.file.column(leaf, rowGroup: rowGroup)
    switch (condition, column.bounds) {
    case (.int(let range), .int64(let bounds)?),
      (.number(.some(let range), _), .int64(let bounds)?):
      return range.overlaps(bounds)
    case (.number(_, .some(let range)), .double(let bounds)?): return range.overlaps(bounds)
    case (.text(let exactly, let test), _):
      do {
        guard try column.isFullyDictionaryCoded() else { return true }
        if let exactly, try column.dictionaryLacks(exactly, statistics: statistics) {
          return false
        }
        guard let table = try column.dictionary(statistics: statistics) else { return true }
        return !test(table).isEmpty
      } catch { throw StorageError.parquet(error) }
    default: return true
    }
  }

  package func boundsExcludeMost(_ probe: RowProbe) throws(StorageError) -> Bool {
    guard case .column(let column) = probe.target, let leaf = file.schema.leaf(column),
      case .number(.some(let range), _) = probe.condition
    else { return false }
    do {
      let index = try file.file.column(leaf, rowGroup: rowGroup).pages()
      let possible = index.bounds.count { bounds in
        guard case .int64(let page)? = bounds else { return true }
        return page.overlaps(range)
      }
      return !index.bounds.isEmpty && possible * 2 < index.bounds.count
    } catch { throw StorageError.parquet(error) }
  }

  // MARK: Keys

  package func mayHaveKey(
    _ scope: AttributeScope, _ name: String
  ) throws(StorageError) -> Bool {
    guard !isEncoded(scope) else { return true }
    return try keyCodes(scope, name).map { !$0.isEmpty } ?? true
  }

  /// The entries of the key dictionary that spell `name`; nil where there is no dictionary to ask.
  private func keyCodes(
    _ scope: AttributeScope, _ name: String
  ) throws(StorageError) -> Bitmap? {
    guard let leaf = file.schema.groups[scope]?.key else { return Bitmap(count: 0) }
    let column = file.file.column(leaf, rowGroup: rowGroup)
    do {
      guard try column.isFullyDictionaryCoded(),
        let table = try column.dictionary(statistics: statistics)
      else { return nil }
      return TextFilter.equal(table, Array(name.utf8))
    } catch { throw StorageError.parquet(error) }
  }

  package func traces(
    withKey name: String, _ scope: AttributeScope
  ) throws(StorageError) -> Bitmap? {
    guard !isEncoded(scope), let leaf = file.schema.groups[scope]?.key,
      let codes = try keyCodes(scope, name)
    else { return nil }
    var result = Bitmap(count: traceCount)
    if codes.isEmpty { return result }
    let key = BoundedCache.Key(
      file: file.file.serial, rowGroup: rowGroup, column: leaf.index, aspect: .keyRows(name))
    if let known = cache.value(key, as: RowRuns.self) {
      mark(known, in: &result)
      return result
    }
    let all = RowRuns(0..<file.file.rowGroups[rowGroup].rowCount)
    let found: RowRuns
    do {
      found = try file.file.column(leaf, rowGroup: rowGroup).rows(
        matching: .codes(codes, plain: { _ in false }), in: all, statistics: statistics)
    } catch { throw StorageError.parquet(error) }
    cache.store(found, for: key, costBytes: found.ranges.count * 16)
    mark(found, in: &result)
    return result
  }
}
