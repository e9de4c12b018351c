import Columns
import Parquet
import Storage
import TraceQL

/// The distinct values of a field in one file.
struct StoredValues {
  let file: BlockFile
  let rowGroups: [Int]
  let cache: BoundedCache
  let statistics: ReadStatistics

  func values(_ field: Field) throws(StorageError) -> Set<Value> {
    var result: Set<Value> = []
    for rowGroup in rowGroups {
      if let known = try dictionaryValues(field, rowGroup) {
        result.formUnion(known)
        continue
      }
      let unit = BlockUnit(
        file: file, rowGroup: rowGroup,
        rows: RowRuns(0..<file.file.rowGroups[rowGroup].rowCount), cache: cache,
        statistics: statistics)
      result.formUnion(try values(field, unit, rowGroup))
    }
    return result
  }

  private func values(
    _ field: Field, _ unit: BlockUnit, _ rowGroup: Int
  ) throws(StorageError) -> Set<Value> {
    // Of an attribute with a column of its own, the list is read only for traces that use it.
    if case .attribute(let attribute) = field, let scope = attribute.scope.storage,
      let direct = file.schema.directColumn(scope, attribute.name), direct.kind == .text,
      let known = try dictionary(direct.leaf, rowGroup),
      let traces = try unit.traces(withKey: attribute.name, scope)
    {
      if traces.isEmpty { return known }
      let context = try UnitContext(unit.narrowed(to: traces))
      return try known.union(context.distinctValues(field, context.allSpans()))
    }
    let context = try UnitContext(unit)
    return try context.distinctValues(field, context.allSpans())
  }

  /// The values, if dictionaries are all there is to look at; nil: rows must be read.
  private func dictionaryValues(
    _ field: Field, _ rowGroup: Int
  ) throws(StorageError) -> Set<Value>? {
    switch field {
    case .intrinsic(let intrinsic):
      guard let column = intrinsic.column, intrinsic.tag == .string,
        let leaf = file.schema.leaf(column)
      else { return nil }
      return try dictionary(leaf, rowGroup)
    case .attribute(let attribute):
      guard let scope = attribute.scope.storage,
        try !mayBeListed(attribute.name, scope, rowGroup)
      else { return nil }
      guard let direct = file.schema.directColumn(scope, attribute.name) else { return [] }
      return direct.kind == .text ? try dictionary(direct.leaf, rowGroup) : nil
    }
  }

  /// Whether the generic list may hold the attribute.
  private func mayBeListed(
    _ name: String, _ scope: AttributeScope, _ rowGroup: Int
  ) throws(StorageError) -> Bool {
    if scope == .link && file.schema.leaf(.linkSpanID) == nil { return true }
    guard let group = file.schema.groups[scope] else { return false }
    let column = file.file.column(group.key, rowGroup: rowGroup)
    do {
      guard try column.isFullyDictionaryCoded(),
        let table = try column.dictionary(statistics: statistics)
      else { return true }
      return !TextFilter.equal(table, Array(name.utf8)).isEmpty
    } catch { throw StorageError.parquet(error) }
  }

  private func dictionary(_ leaf: Leaf, _ rowGroup: Int) throws(StorageError) -> Set<Value>? {
    let column = file.file.column(leaf, rowGroup: rowGroup)
    do {
      guard try column.isFullyDictionaryCoded(),
        let table = try column.dictionary(statistics: statistics)
      else { return nil }
      return Set((0..<table.count).map { .string(table.string(at: $0)) })
    } catch { throw StorageError.parquet(error) }
  }
}

extension UnitContext {
  /// The distinct values of a field on marked spans, array elements one by one.
  func distinctValues(_ field: Field, _ spans: Bitmap) throws(StorageError) -> Set<Value> {
    switch field {
    case .attribute(let attribute):
      guard let scope = attribute.scope.storage else { return [] }
      let lane = try AttributeLane(self, scope, attribute.name, asListed: true)
      let elements = try self.elements(of: scope.lane, below: spans)
      var rows: [Int] = []
      for element in elements.indices() {
        rows += Int(lane.offsets[Int(element)])..<Int(lane.offsets[Int(element) + 1])
      }
      return lane.values.distinct(rows)
    case .intrinsic(let intrinsic):
      let (lane, column) = try column(of: intrinsic)
      guard let column else { return [] }
      let marks = try elements(of: lane, below: spans)
      switch column {
      case .text(let text):
        var used = Bitmap(count: text.table.count)
        used.insert(marks.indices().map { text.codes[Int($0)] })
        return Set(used.indices().map { .string(text.table.string(at: Int($0))) })
      case .int64(let values):
        let codes = Set(marks.indices().map { values[Int($0)] })
        return Set(
          codes.map { code in
            switch intrinsic {
            case .status: .status(code)
            case .kind: .kind(code)
            default: .int(code)
            }
          })
      case .double, .bool: return []
      }
    }
  }
}

extension FieldVector {
  /// Distinct values of some rows; equal payloads are looked at once.
  fileprivate func distinct(_ rows: [Int]) -> Set<Value> {
    struct Identity: Hashable {
      var tag: Tag
      var payload: UInt64
    }
    var seen: Set<Identity> = []
    var result: Set<Value> = []
    for row in rows
    where seen.insert(Identity(tag: tags[row], payload: payloads[row])).inserted {
      result.insert(value(at: row))
    }
    return result
  }
}
