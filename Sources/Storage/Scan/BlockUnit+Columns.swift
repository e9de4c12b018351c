package import Columns
package import Parquet

extension BlockUnit {
  // MARK: Required columns

  package func column(_ column: TraceColumn) throws(StorageError) -> ColumnValues? {
    if let known = knownColumns[column] { return known }
    if let parent, let source = parent.knownColumns[column] {
      let offsets = try parent.elementsOfTrace(column.lane)
      let values = ColumnNarrower.values(ColumnNarrower.ranges(pieces, offsets), of: source)
      knownColumns[column] = values
      return values
    }
    if column.lane == .link, let encoded = try encodedLinks() { return encoded.column(column) }
    guard let leaf = file.schema.leaf(column) else { return nil }
    if let parent, root.keepsDecoded(leaf) {
      // What another query had decoded of the whole run is sooner cut out than read again.
      _ = try parent.column(column)
      return try self.column(column)
    }
    let values = try keptDecoded(leaf, ofElements: false, costBytes: \.heldBytes) {
      () throws(StorageError) in try required(column, leaf)
    }
    knownColumns[column] = values
    return values
  }

  private func required(
    _ column: TraceColumn, _ leaf: Leaf
  ) throws(StorageError) -> ColumnValues {
    let expected = try elementCount(of: column.lane)
    let elements = try knownElements(column.lane)
    let values: ColumnValues
    do {
      values = try file.file.column(leaf, rowGroup: rowGroup).readRequired(
        rows: rows, expectedCount: expected, elements: elements,
        statistics: statistics)
    } catch { throw StorageError.parquet(error) }
    try check(values, is: column.valueType, leaf)
    return values
  }

  /// What `decode` gives, from the cache where another query had it decoded; only of units whose
  /// rows are the same in every query.
  func keptDecoded<Values: Sendable>(
    _ leaf: Leaf, ofElements: Bool, costBytes: (Values) -> Int,
    _ decode: () throws(StorageError) -> Values
  ) throws(StorageError) -> Values {
    guard isFewRanges else { return try decode() }
    let key = valuesKey(leaf, ofElements: ofElements)
    let (known, isWanted) = cache.decoded(key, as: Values.self)
    if let known { return known }
    let values = try decode()
    if isWanted { cache.storeDecoded(values, for: key, costBytes: costBytes(values)) }
    return values
  }

  private func valuesKey(_ leaf: Leaf, ofElements: Bool) -> BoundedCache.Key {
    BoundedCache.Key(
      file: file.file.serial, rowGroup: rowGroup, column: leaf.index,
      aspect: isContiguous
        ? .values(firstRow: rows.bounds.lowerBound, rowCount: rows.count, ofElements: ofElements)
        : .valuesOfRanges(rows.ranges, ofElements: ofElements))
  }

  /// Whether the values of all these rows are kept from another query.
  private func keepsDecoded(_ leaf: Leaf) -> Bool {
    isFewRanges && cache.holdsDecoded(valuesKey(leaf, ofElements: false))
  }

  /// Where the elements of each row stand, from the run of rows this unit was narrowed from.
  func knownElements(_ lane: TraceLane) throws(StorageError) -> RowElements? {
    let root = root
    guard parent != nil, root.isContiguous, root.knownLayout != nil else { return nil }
    if lane == .event || lane == .link, root.knownOffsets[lane] == nil { return nil }
    return RowElements(
      firstRow: root.rows.bounds.lowerBound, offsets: try root.elementsOfTrace(lane))
  }

  /// A file whose column has another type than its name promises is damaged, not a crash.
  func check(
    _ values: ColumnValues, is type: AttributeType, _ leaf: Leaf
  ) throws(StorageError) {
    let matches =
      switch (values, type) {
      case (.int64, .int), (.double, .double), (.bool, .bool), (.text, .text): true
      default: false
      }
    guard matches else {
      throw StorageError.damaged(
        file: file.file.name, "column \(leaf.name) does not hold \(type) values")
    }
  }

  // MARK: Attributes

  package func attributeKeys(_ scope: AttributeScope) throws(StorageError) -> AttributeKeys? {
    if let known = knownKeys[scope] { return known }
    if let parent, let source = parent.knownKeys[scope] {
      let keys = try narrowed(source, scope)
      knownKeys[scope] = keys
      return keys
    }
    if let decoded = try decodedAttributes(scope) { return decoded.keys }
    guard let group = file.schema.groups[scope] else { return nil }
    let column = try read(group.key, of: scope.lane)
    try check(column.values, is: .text, group.key)
    let keys = AttributeKeys(
      owners: column.owners, keys: column.values.textColumn, ownerCount: column.ownerCount)
    knownKeys[scope] = keys
    return keys
  }

  private func narrowed(
    _ source: AttributeKeys, _ scope: AttributeScope
  ) throws(StorageError) -> AttributeKeys {
    guard let parent else { preconditionFailure("only a narrowed unit has a parent to copy from") }
    let elements = try parent.elementsOfTrace(scope.lane)
    let attributes = ColumnNarrower.valuesOfTrace(
      owners: source.owners, elementsOfTrace: elements)
    let owners = ColumnNarrower.ranges(pieces, elements)
    let ranges = ColumnNarrower.ranges(pieces, attributes)
    return AttributeKeys(
      owners: ColumnNarrower.owners(ranges, owners: owners, of: source.owners),
      keys: ColumnNarrower.text(ranges, of: source.keys),
      ownerCount: ColumnNarrower.count(owners))
  }

  package func attributeValues(
    _ scope: AttributeScope, _ type: AttributeType
  ) throws(StorageError) -> OwnedColumn? {
    let key = ValueKey(scope: scope, type: type)
    if let known = knownValues[key] { return known }
    if let decoded = try decodedAttributes(scope) { return decoded.values[type] }
    guard let group = file.schema.groups[scope], let leaf = group.leaf(of: type) else {
      return nil
    }
    guard let keys = try attributeKeys(scope) else { return nil }
    if let parent, let source = parent.knownValues[key],
      let sourceKeys = parent.knownKeys[scope]
    {
      let elements = try parent.elementsOfTrace(scope.lane)
      let attributes = ColumnNarrower.valuesOfTrace(
        owners: sourceKeys.owners, elementsOfTrace: elements)
      let column = narrowed(source, ownersOfTrace: attributes)
      knownValues[key] = column
      return column
    }
    var column = try keptDecoded(leaf, ofElements: true, costBytes: \.heldBytes) {
      () throws(StorageError) in
      try read(
        leaf, of: .attributes(group.key, depth: scope.lane.depth + 1),
        ownerCount: keys.owners.count)
    }
    try check(column.values, is: type, leaf)
    if let arrays = try arrayElements(scope, type, group) {
      column = try arrays.merged(with: column)
    }
    knownValues[key] = column
    return column
  }

  package func directColumns(
    _ scope: AttributeScope, _ name: String
  ) throws(StorageError) -> [OwnedColumn] {
    guard let direct = file.schema.directColumn(scope, name) else { return [] }
    return [try directColumn(direct, scope, name)]
  }

  package func hasRead(_ scope: AttributeScope, _ type: AttributeType) -> Bool {
    knownValues[ValueKey(scope: scope, type: type)] != nil
      || parent?.knownValues[ValueKey(scope: scope, type: type)] != nil
  }

  package func directNames(_ scope: AttributeScope) -> [String] {
    (file.schema.directColumns[scope] ?? []).map(\.attribute)
  }

  private func directColumn(
    _ direct: TraceSchema.DirectColumn, _ scope: AttributeScope, _ name: String
  ) throws(StorageError) -> OwnedColumn {
    let key = DirectKey(scope: scope, name: name)
    if let known = knownDirect[key] { return known }
    if let parent, let source = parent.knownDirect[key] {
      let column = try narrowed(source, ownersOfTrace: parent.elementsOfTrace(scope.lane))
      knownDirect[key] = column
      return column
    }
    let column: OwnedColumn
    if direct.emptyMeansAbsent, let values = try self.column(.serviceName) {
      column = OwnedColumn(
        owners: (0..<UInt32(values.count)).map { $0 }, values: values, ownerCount: values.count)
    } else {
      column = try read(direct.leaf, of: scope.lane)
      try check(column.values, is: direct.kind == .text ? .text : .int, direct.leaf)
    }
    knownDirect[key] = column
    return column
  }

  private func narrowed(_ source: OwnedColumn, ownersOfTrace: [UInt32]) -> OwnedColumn {
    let values = ColumnNarrower.valuesOfTrace(
      owners: source.owners, elementsOfTrace: ownersOfTrace)
    let owners = ColumnNarrower.ranges(pieces, ownersOfTrace)
    let ranges = ColumnNarrower.ranges(pieces, values)
    return OwnedColumn(
      owners: ColumnNarrower.owners(ranges, owners: owners, of: source.owners),
      values: ColumnNarrower.values(ranges, of: source.values),
      ownerCount: ColumnNarrower.count(owners))
  }

  // MARK: Reading

  private func read(_ leaf: Leaf, of lane: TraceLane) throws(StorageError) -> OwnedColumn {
    try keptDecoded(leaf, ofElements: true, costBytes: \.heldBytes) {
      () throws(StorageError) in
      try read(leaf, of: .lane(lane), ownerCount: elementCount(of: lane))
    }
  }

  // MARK: Service statistics

  package func serviceStatistics() throws(StorageError) -> ServiceCounts? {
    guard let leaves = file.schema.serviceStatistics else { return nil }
    let services = try read(leaves.service, of: .trace)
    let spans = try read(leaves.spanCount, of: .trace)
    let errors = try read(leaves.errorCount, of: .trace)
    try check(services.values, is: .text, leaves.service)
    try check(spans.values, is: .int, leaves.spanCount)
    try check(errors.values, is: .int, leaves.errorCount)
    guard spans.values.count == services.values.count,
      errors.values.count == services.values.count
    else {
      throw StorageError.damaged(
        file: file.file.name, "service statistics have columns of different lengths")
    }
    return ServiceCounts(
      offsets: UnitLayout.offsets(owners: services.owners, ownerCount: traceCount),
      services: services.values.textColumn, spanCounts: spans.values.int64Values,
      errorCounts: errors.values.int64Values)
  }
}

extension TraceColumn {
  /// The type of values this column must hold.
  var valueType: AttributeType {
    switch self {
    case .traceID, .rootServiceName, .rootSpanName, .serviceName, .scopeName, .scopeVersion,
      .spanID, .parentSpanID, .spanName, .traceState, .statusMessage, .linksBlob, .eventName,
      .linkTraceID, .linkSpanID, .linkTraceState:
      .text
    default: .int
    }
  }
}

extension TraceSchema.AttributeGroup {
  package func leaf(of type: AttributeType) -> Leaf? {
    switch type {
    case .text: text
    case .int: int
    case .double: double
    case .bool: bool
    }
  }
}
