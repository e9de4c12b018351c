package import Columns

/// Traces that lie in several places, each put together from its fragments: a batch like any other.
///
/// Lanes are the fragments' lanes end to end; spans that an earlier fragment already has are not
/// live. What belongs to the whole trace (times, root, tree numbers) is computed here.
package final class MergedUnit: SpanUnit {
  let sources: [any SpanUnit]
  /// Fragments of all traces, end to end.
  let pieces: [TracePiece]
  /// Where the fragments of each trace begin; `traceCount + 1` entries.
  let pieceOffsets: [Int]

  private var knownLayout: UnitLayout?
  private var knownOffsets: [TraceLane: [UInt32]] = [:]
  private var knownColumns: [TraceColumn: ColumnValues] = [:]
  private var knownKeys: [AttributeScope: AttributeKeys] = [:]
  private var knownLive: Bitmap?
  private var knownTree: SpanTree?

  /// `traces[t]` lists the fragments of trace `t`; the first wins where spans are duplicates.
  package init(sources: [any SpanUnit], traces: [[TracePiece]]) {
    self.sources = sources
    pieces = traces.flatMap { $0 }
    var offsets = [0]
    for trace in traces { offsets.append(offsets[offsets.count - 1] + trace.count) }
    pieceOffsets = offsets
  }

  package var traceCount: Int { pieceOffsets.count - 1 }

  package func checkpoint(taking byteCount: Int) throws(StorageError) {
    try sources.first?.checkpoint(taking: byteCount)
  }

  package func layout() throws(StorageError) -> UnitLayout {
    if let knownLayout { return knownLayout }
    let layouts = try all { unit throws(StorageError) in try unit.layout() }
    let traces = pieces.map { ($0.source, $0.trace..<$0.trace + 1) }
    let resources = ColumnAssembler.slices(pieces, offsets: layouts.map(\.resourceOffsets))
    let scopes = ColumnAssembler.slices(pieces, offsets: layouts.map(\.scopesOfTrace))
    let fragments = ColumnAssembler.offsets(traces, inner: layouts.map(\.resourceOffsets))
    let layout = UnitLayout(
      resourceOffsets: pieceOffsets.map { fragments[$0] },
      scopeOffsets: ColumnAssembler.offsets(resources, inner: layouts.map(\.scopeOffsets)),
      spanOffsets: ColumnAssembler.offsets(scopes, inner: layouts.map(\.spanOffsets)))
    knownLayout = layout
    return layout
  }

  package func offsets(of lane: TraceLane) throws(StorageError) -> [UInt32]? {
    if let known = knownOffsets[lane] { return known }
    let layouts = try all { unit throws(StorageError) in try unit.layout() }
    let inner = try all { (unit) throws(StorageError) -> [UInt32] in
      // A block without this lane has no elements in it.
      if let offsets = try unit.offsets(of: lane) { return offsets }
      return [UInt32](repeating: 0, count: try unit.layout().spanCount + 1)
    }
    let spans = ColumnAssembler.slices(pieces, offsets: layouts.map(\.spansOfTrace))
    let offsets = ColumnAssembler.offsets(spans, inner: inner)
    knownOffsets[lane] = offsets
    return offsets
  }

  package func liveSpans() throws(StorageError) -> Bitmap? {
    if let knownLive { return knownLive }
    let layout = try layout()
    guard case .text(let ids)? = try column(.spanID), case .int64(let kinds)? = try column(.kind)
    else { return nil }
    let spansOfPiece = try spansOfPieces()
    let isCompact = (0..<ids.codes.count).allSatisfy {
      ids.table.range(of: Int(ids.codes[$0])).count == 8
    }
    let numbers = isCompact ? ids.leadingBytes() : []
    var live = Bitmap(count: layout.spanCount, filled: true)
    for trace in 0..<traceCount {
      let fragments = pieceOffsets[trace]..<pieceOffsets[trace + 1]
      if isCompact {
        hideCopies(fragments, spansOfPiece, &live) {
          ShortIdentity(id: numbers[$0], kind: kinds[$0])
        }
      } else {
        hideCopies(fragments, spansOfPiece, &live) {
          Identity(id: ids.bytes(at: $0), kind: kinds[$0])
        }
      }
    }
    knownLive = live
    return live
  }

  private struct Identity: Hashable {
    var id: [UInt8]
    var kind: Int64
  }

  /// The same for IDs of eight bytes, which nearly all are.
  private struct ShortIdentity: Hashable {
    var id: UInt64
    var kind: Int64
  }

  /// Spans that an earlier fragment has already are hidden; duplicates inside one fragment stay
  /// (blocks.md 7.2).
  private func hideCopies<ID: Hashable>(
    _ fragments: Range<Int>, _ spansOfPiece: [Range<Int>], _ live: inout Bitmap,
    identity: (Int) -> ID
  ) {
    var seen: Set<ID> = []
    for piece in fragments {
      var added: [ID] = []
      for span in spansOfPiece[piece] {
        let id = identity(span)
        if seen.contains(id) { live[span] = false } else { added.append(id) }
      }
      seen.formUnion(added)
    }
  }

  /// The spans of each fragment as ranges of this unit's span lane.
  private func spansOfPieces() throws(StorageError) -> [Range<Int>] {
    let layouts = try all { unit throws(StorageError) in try unit.layout() }
    var next = 0
    return pieces.map { piece in
      let count = layouts[piece.source].spans(of: piece.trace).count
      defer { next += count }
      return next..<next + count
    }
  }

  /// `call` for every source.
  func all<T>(_ call: (any SpanUnit) throws(StorageError) -> T) throws(StorageError) -> [T] {
    var results: [T] = []
    for source in sources { results.append(try call(source)) }
    return results
  }

  package func narrowed(to traces: Bitmap) throws(StorageError) -> any SpanUnit {
    precondition(traces.count == traceCount, "one bit per trace")
    let kept = traces.indices().map { t in
      Array(pieces[pieceOffsets[Int(t)]..<pieceOffsets[Int(t) + 1]])
    }
    return try Self.compacted(sources: sources, traces: kept)
  }

  /// Drops traces of the sources that no fragment needs, so that columns are read for few rows.
  private static func compacted(
    sources: [any SpanUnit], traces: [[TracePiece]]
  ) throws(StorageError) -> MergedUnit {
    var used = sources.map { Bitmap(count: $0.traceCount) }
    for piece in traces.joined() { used[piece.source][piece.trace] = true }
    var renumbered: [[Int: Int]] = []
    var units: [any SpanUnit] = []
    for (source, mask) in zip(sources, used) {
      units.append(try source.narrowed(to: mask))
      renumbered.append(
        Dictionary(uniqueKeysWithValues: mask.indices().enumerated().map { (Int($1), $0) }))
    }
    let moved = traces.map { fragments in
      fragments.map { piece in
        guard let trace = renumbered[piece.source][piece.trace] else {
          preconditionFailure("every fragment's trace was marked as used")
        }
        return TracePiece(source: piece.source, trace: trace)
      }
    }
    return MergedUnit(sources: units, traces: moved)
  }

  /// Whether the probed values are computed here: no fragment's own column can tell then.
  private func isComputed(_ target: RowProbe.Target) -> Bool {
    guard case .column(let column) = target else { return false }
    switch column {
    case .nestedSetLeft, .nestedSetRight, .nestedSetParent, .childCount, .traceID, .traceStart,
      .traceEnd, .traceDuration, .rootServiceName, .rootSpanName:
      return true
    default: return false
    }
  }

  package func mayMatch(_ probe: RowProbe) throws(StorageError) -> Bool {
    if isComputed(probe.target) { return true }
    for source in sources where try source.mayMatch(probe) { return true }
    return false
  }

  package func boundsExcludeMost(_ probe: RowProbe) -> Bool { false }

  package func mayHaveKey(
    _ scope: AttributeScope, _ name: String
  ) throws(StorageError) -> Bool {
    for source in sources where try source.mayHaveKey(scope, name) { return true }
    return false
  }

  package func traces(
    withKey name: String, _ scope: AttributeScope
  ) throws(StorageError) -> Bitmap? {
    try combined(all { unit throws(StorageError) in try unit.traces(withKey: name, scope) })
  }

  package func traces(matching probe: RowProbe) throws(StorageError) -> Bitmap? {
    if isComputed(probe.target) { return nil }
    return try combined(all { unit throws(StorageError) in try unit.traces(matching: probe) })
  }

  /// A trace has what one of its fragments has.
  private func combined(_ found: [Bitmap?]) -> Bitmap? {
    var result = Bitmap(count: traceCount)
    for trace in 0..<traceCount {
      for piece in pieces[pieceOffsets[trace]..<pieceOffsets[trace + 1]] {
        guard let found = found[piece.source] else { return nil }
        if found[piece.trace] { result[trace] = true }
      }
    }
    return result
  }

  // MARK: Columns

  package func column(_ column: TraceColumn) throws(StorageError) -> ColumnValues? {
    if let known = knownColumns[column] { return known }
    let values: ColumnValues?
    switch column {
    case .nestedSetLeft: values = .int64(try tree().left)
    case .nestedSetRight: values = .int64(try tree().right)
    case .nestedSetParent: values = .int64(try tree().parent)
    case .childCount: values = .int64(try tree().childCount)
    case .traceID, .traceStart, .traceEnd, .traceDuration, .rootServiceName, .rootSpanName:
      values = try wholeTraceColumn(column)
    default: values = try assembled(column)
    }
    knownColumns[column] = values
    return values
  }

  private func tree() throws(StorageError) -> SpanTree {
    if let knownTree { return knownTree }
    let tree = try SpanTree.build(self)
    knownTree = tree
    return tree
  }

  private func assembled(_ column: TraceColumn) throws(StorageError) -> ColumnValues? {
    let sourceColumns = try all { unit throws(StorageError) in try unit.column(column) }
    let present = sourceColumns.compactMap { $0 }
    guard let sample = present.first else { return nil }
    let offsets = try all { unit throws(StorageError) in try unit.elementsOfTrace(column.lane) }
    var filled: [ColumnValues] = []
    for (source, values) in sourceColumns.enumerated() {
      filled.append(values ?? sample.defaults(count: Int(offsets[source].last ?? 0)))
    }
    return try assembled(ColumnAssembler.slices(pieces, offsets: offsets), filled)
  }

  /// Copies values of the fragments' columns; that takes as much memory as they do.
  func assembled(
    _ slices: [ColumnAssembler.Slice], _ sources: [ColumnValues]
  ) throws(StorageError) -> ColumnValues {
    try checkpoint(taking: slices.reduce(0) { $0 + $1.range.count } * 8)
    let values = try ColumnAssembler.values(slices, of: sources)
    if case .text(let text) = values { try checkpoint(taking: text.table.memoryBytes) }
    return values
  }

  package func attributeKeys(_ scope: AttributeScope) throws(StorageError) -> AttributeKeys? {
    if let known = knownKeys[scope] { return known }
    let parts = try keyParts(scope)
    let total = parts.slices.reduce(0) { $0 + $1.range.count }
    try checkpoint(taking: total * 8)
    let keys = AttributeKeys(
      owners: ColumnAssembler.owners(
        parts.slices, ownerSlices: parts.owners, sources: parts.keys.map(\.owners)),
      keys: try ColumnAssembler.text(parts.slices, total, parts.keys.map(\.keys)),
      ownerCount: parts.owners.reduce(0) { $0 + $1.range.count })
    knownKeys[scope] = keys
    return keys
  }

  private typealias KeyParts = (
    keys: [AttributeKeys], attributesOfTrace: [[UInt32]], slices: [ColumnAssembler.Slice],
    owners: [ColumnAssembler.Slice]
  )

  private func keyParts(_ scope: AttributeScope) throws(StorageError) -> KeyParts {
    let elements = try all { unit throws(StorageError) in try unit.elementsOfTrace(scope.lane) }
    var keys: [AttributeKeys] = []
    var attributes: [[UInt32]] = []
    for (source, unit) in sources.enumerated() {
      let count = Int(elements[source].last ?? 0)
      let own =
        try unit.attributeKeys(scope)
        ?? AttributeKeys(
          owners: [], keys: TextColumn(codes: [], table: .empty, isDistinct: true),
          ownerCount: count)
      keys.append(own)
      attributes.append(
        ColumnNarrower.valuesOfTrace(owners: own.owners, elementsOfTrace: elements[source]))
    }
    return (
      keys, attributes, ColumnAssembler.slices(pieces, offsets: attributes),
      ColumnAssembler.slices(pieces, offsets: elements)
    )
  }

  package func attributeValues(
    _ scope: AttributeScope, _ type: AttributeType
  ) throws(StorageError) -> OwnedColumn? {
    let columns = try all { unit throws(StorageError) in try unit.attributeValues(scope, type) }
    return try merged(columns, ownersOfTrace: keyParts(scope).attributesOfTrace)
  }

  package func directColumns(
    _ scope: AttributeScope, _ name: String
  ) throws(StorageError) -> [OwnedColumn] {
    let columns = try all { unit throws(StorageError) in try unit.directColumns(scope, name).first }
    let elements = try all { unit throws(StorageError) in try unit.elementsOfTrace(scope.lane) }
    var result: [OwnedColumn] = []
    for sample in columns.compactMap({ $0 }) {
      if result.contains(where: { $0.values.hasSameType(as: sample.values) }) { continue }
      let typed = columns.map { column in
        column.flatMap { $0.values.hasSameType(as: sample.values) ? $0 : nil }
      }
      if let column = try merged(typed, ownersOfTrace: elements) { result.append(column) }
    }
    return result
  }

  package var readsEverything: Bool {
    get { sources.contains(where: \.readsEverything) }
    set { for source in sources { source.readsEverything = newValue } }
  }

  package func hasRead(_ scope: AttributeScope, _ type: AttributeType) -> Bool {
    sources.allSatisfy { $0.hasRead(scope, type) }
  }

  package func directNames(_ scope: AttributeScope) -> [String] {
    Set(sources.flatMap { $0.directNames(scope) }).sorted()
  }

  /// Columns of one type, sources without one counting as empty.
  private func merged(
    _ columns: [OwnedColumn?], ownersOfTrace: [[UInt32]]
  ) throws(StorageError) -> OwnedColumn? {
    guard let sample = columns.compactMap({ $0 }).first else { return nil }
    var filled: [OwnedColumn] = []
    for (source, column) in columns.enumerated() {
      filled.append(
        column
          ?? OwnedColumn(
            owners: [], values: sample.values.defaults(count: 0),
            ownerCount: Int(ownersOfTrace[source].last ?? 0)))
    }
    let values = zip(filled, ownersOfTrace).map {
      ColumnNarrower.valuesOfTrace(owners: $0.owners, elementsOfTrace: $1)
    }
    let slices = ColumnAssembler.slices(pieces, offsets: values)
    let owners = ColumnAssembler.slices(pieces, offsets: ownersOfTrace)
    return OwnedColumn(
      owners: ColumnAssembler.owners(
        slices, ownerSlices: owners, sources: filled.map(\.owners)),
      values: try assembled(slices, filled.map(\.values)),
      ownerCount: owners.reduce(0) { $0 + $1.range.count })
  }
}
