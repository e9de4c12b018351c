package import Columns

/// A batch of whole traces that one worker evaluates: lanes of columns, read when asked for.
///
/// **Invariant:** a unit never splits a trace. Elements of every lane stand in trace order, so the
/// elements of trace `t` are one range of each lane. A unit is used by one worker at a time.
package protocol SpanUnit: AnyObject {
  var traceCount: Int { get }

  /// How resources, scopes and spans nest.
  func layout() throws(StorageError) -> UnitLayout

  /// Events or links below spans: `spanCount + 1` offsets, or nil where the block has none.
  func offsets(of lane: TraceLane) throws(StorageError) -> [UInt32]?

  /// One value for each element of the column's lane; nil where the block lacks the column.
  func column(_ column: TraceColumn) throws(StorageError) -> ColumnValues?

  /// The attribute list of a scope: element `owners[a]` of the scope's lane has attribute `a`.
  func attributeKeys(_ scope: AttributeScope) throws(StorageError) -> AttributeKeys?

  /// Values of one type in the attribute list: owners are attributes of `attributeKeys`.
  func attributeValues(
    _ scope: AttributeScope, _ type: AttributeType
  ) throws(StorageError) -> OwnedColumn?

  /// Set before all lists of the unit are read, once: the levels of so many columns would only
  /// drive each other out of the cache.
  var readsEverything: Bool { get set }

  /// Whether `attributeValues` of this type costs next to nothing, because it has been read.
  func hasRead(_ scope: AttributeScope, _ type: AttributeType) -> Bool

  /// The fixed or dedicated columns of an attribute: owners are elements of the scope's lane.
  /// One column, or none; one of each type where merged blocks gave the name different types.
  func directColumns(_ scope: AttributeScope, _ name: String) throws(StorageError) -> [OwnedColumn]

  /// The attribute list and the columns of single attributes of a scope, as far as they concern the
  /// marked elements of its lane; what others have may be there as well. nil: there is no list.
  func attributes(
    _ scope: AttributeScope, ofMarked elements: Bitmap
  ) throws(StorageError) -> MarkedAttributes?

  /// The same for the fixed or dedicated columns of the scope.
  func directColumns(
    _ scope: AttributeScope, ofMarked elements: Bitmap
  ) throws(StorageError) -> [(name: String, column: OwnedColumn)]

  /// Names of the attributes of a scope that have a fixed or dedicated column.
  func directNames(_ scope: AttributeScope) -> [String]

  /// Spans that count; nil when all do. Merged traces hide duplicates.
  func liveSpans() throws(StorageError) -> Bitmap?

  /// Per trace: spans and errors of every service; nil where the block has no such column.
  func serviceStatistics() throws(StorageError) -> ServiceCounts?

  /// Takes memory for what is about to be made of the unit, until the unit is released, and ends
  /// the work on it if its query is over. Asked once a step or a table, never once a row.
  func checkpoint(taking byteCount: Int) throws(StorageError)

  /// The same unit with only the marked traces.
  func narrowed(to traces: Bitmap) throws(StorageError) -> any SpanUnit

  /// Traces that hold a value which passes; nil = cannot tell. See `RowProbe`.
  func traces(matching probe: RowProbe) throws(StorageError) -> Bitmap?

  /// Whether a passing value can exist at all, from dictionaries and bounds alone.
  func mayMatch(_ probe: RowProbe) throws(StorageError) -> Bool

  /// Whether page bounds alone exclude most pages of the probed column.
  func boundsExcludeMost(_ probe: RowProbe) throws(StorageError) -> Bool

  /// Whether the attribute list of a scope holds a key anywhere, from the key dictionary alone.
  func mayHaveKey(_ scope: AttributeScope, _ name: String) throws(StorageError) -> Bool

  /// Traces whose attribute list of a scope holds a key, found without decoding levels where it
  /// does not stand; nil = cannot tell.
  func traces(withKey name: String, _ scope: AttributeScope) throws(StorageError) -> Bitmap?
}

extension SpanUnit {
  /// Units without a cache have nothing to spare.
  package var readsEverything: Bool {
    get { false }
    set {}
  }

  /// All of them: where most elements are marked, or nothing tells where the others stand.
  package func allAttributes(_ scope: AttributeScope) throws(StorageError) -> MarkedAttributes? {
    guard let keys = try attributeKeys(scope) else { return nil }
    var values: [OwnedColumn] = []
    for type in AttributeType.allCases {
      if let column = try attributeValues(scope, type) { values.append(column) }
    }
    return MarkedAttributes(keys: keys, values: values)
  }

  package func allDirectColumns(
    _ scope: AttributeScope
  ) throws(StorageError) -> [(name: String, column: OwnedColumn)] {
    var result: [(name: String, column: OwnedColumn)] = []
    for name in directNames(scope) {
      for column in try directColumns(scope, name) { result.append((name, column)) }
    }
    return result
  }

  package func attributes(
    _ scope: AttributeScope, ofMarked elements: Bitmap
  ) throws(StorageError) -> MarkedAttributes? { try allAttributes(scope) }

  package func directColumns(
    _ scope: AttributeScope, ofMarked elements: Bitmap
  ) throws(StorageError) -> [(name: String, column: OwnedColumn)] { try allDirectColumns(scope) }

  /// Per trace, where its elements of a lane begin; events and links included.
  package func elementsOfTrace(_ lane: TraceLane) throws(StorageError) -> [UInt32] {
    let layout = try layout()
    guard lane == .event || lane == .link else { return layout.elementsOfTrace(lane) }
    guard let inner = try offsets(of: lane) else {
      // A block without this lane has no elements in it.
      return [UInt32](repeating: 0, count: layout.traceCount + 1)
    }
    return UnitLayout.composed(layout.spansOfTrace, inner)
  }
}

/// The types of values an attribute list stores.
package enum AttributeType: Int, Sendable, Hashable, CaseIterable { case text, int, double, bool }

/// Keys of an attribute list.
package struct AttributeKeys: Sendable {
  /// Ascending lane elements, one for each attribute.
  package var owners: [UInt32]
  package var keys: TextColumn
  package var ownerCount: Int

  package init(owners: [UInt32], keys: TextColumn, ownerCount: Int) {
    self.owners = owners
    self.keys = keys
    self.ownerCount = ownerCount
  }

  /// Codes of the key table that spell `name`.
  package func codes(of name: String) -> [UInt32] {
    var name = name
    return name.withUTF8 { wanted in
      keys.table.bytes.withUnsafeBufferPointer { bytes in
        (0..<keys.table.count).compactMap { code in
          bytes[keys.table.range(of: code)].elementsEqual(wanted) ? UInt32(code) : nil
        }
      }
    }
  }
}

/// An attribute list with its values, one column for each type there is.
package struct MarkedAttributes: Sendable {
  package var keys: AttributeKeys
  /// Owners are attributes of `keys`.
  package var values: [OwnedColumn]
}

/// Span and error counts of the services of each trace.
package struct ServiceCounts: Sendable {
  /// `traceCount + 1` offsets into the other three.
  package var offsets: [UInt32]
  package var services: TextColumn
  package var spanCounts: [Int64]
  package var errorCounts: [Int64]
}

/// A condition on one column that decides which traces can matter, cheaper than reading it whole.
package struct RowProbe: Sendable {
  package enum Target: Sendable {
    case column(TraceColumn)
    case attribute(AttributeScope, String)
  }

  /// What a value must be; a trace without such a value is dropped.
  package enum Condition: Sendable {
    /// Tests a whole table at once: bit `i` is string `i`. `exactly`: the only text that passes,
    /// where there is one.
    case text(exactly: [UInt8]?, @Sendable (StringTable) -> Bitmap)
    case int(ClosedRange<Int64>)
    /// Numbers of either type, as attributes hold them.
    case number(int: ClosedRange<Int64>?, double: ClosedRange<Double>?)
  }

  package var target: Target
  package var condition: Condition

  package init(target: Target, condition: Condition) {
    self.target = target
    self.condition = condition
  }
}
