import Columns
import Intake
import OTLP
import Parquet
import Spans
import Storage

/// The attributes of the elements of one lane, on their way from a block into a table of spans:
/// those of the generic list and those with a column of their own.
///
/// Elements are taken in ascending order, each once.
struct LaneAttributes {
  /// Attribute `a` of the list: its key's number, its kind, and where its values begin.
  private var keys: [UInt32] = []
  private var kinds: [AttributeKind?] = []
  private var starts: [UInt32] = []
  private var counts: [UInt32] = []
  /// Payloads of all kinds.
  private var pool: [UInt64] = []
  /// Element `e` has the attributes `offsets[e]..<offsets[e + 1]`.
  private var offsets: [UInt32] = []
  private var columns: [DirectValues] = []

  /// No attributes, for lanes that are empty.
  init() {}

  init(
    _ scope: AttributeScope, count: Int, _ reader: PieceReader, _ redaction: Redaction?,
    _ strings: inout StringInterner
  ) throws(StorageError) {
    guard count > 0 else { return }
    try readList(scope, count: count, reader, &strings)
    for column in reader.file.schema.directColumns[scope] ?? [] {
      let owned = try reader.owned(column.leaf, depth: scope.lane.depth, count: count)
      columns.append(DirectValues(column, owned, count: count, &strings))
    }
    if let redaction { redact(redaction, &strings) }
  }

  /// Appends the attributes of the next element; the caller closes the owner.
  mutating func append(element: Int, to table: inout AttributeTable) {
    if !offsets.isEmpty {
      for attribute in Int(offsets[element])..<Int(offsets[element + 1]) {
        guard let kind = kinds[attribute] else { continue }
        let start = Int(starts[attribute])
        if kind.isArray {
          let values = pool[start..<start + Int(counts[attribute])]
          table.append(key: keys[attribute], kind, elements: Array(values))
        } else {
          table.append(key: keys[attribute], kind, pool[start])
        }
      }
    }
    for column in columns.indices { columns[column].append(element: element, to: &table) }
  }

  private mutating func redact(_ redaction: Redaction, _ strings: inout StringInterner) {
    var judge = RedactionJudge(redaction, &strings)
    for attribute in keys.indices {
      guard let kind = kinds[attribute], judge.names(keys[attribute]) else { continue }
      let start = Int(starts[attribute])
      let values = pool[start..<start + Int(counts[attribute])]
      guard judge.takes(kind, values, strings) else { continue }
      kinds[attribute] = judge.replacement == nil ? nil : .text
      starts[attribute] = UInt32(pool.count)
      counts[attribute] = 1
      pool.append(UInt64(judge.replacement ?? 0))
    }
    for column in columns.indices { columns[column].redact(&judge, &strings) }
    redaction.count(judge.count)
  }
}

// MARK: The generic list

extension LaneAttributes {
  private mutating func readList(
    _ scope: AttributeScope, count: Int, _ reader: PieceReader, _ strings: inout StringInterner
  ) throws(StorageError) {
    guard let group = reader.file.schema.groups[scope] else { return }
    let list = try reader.owned(group.key, depth: scope.lane.depth, count: count)
    guard case .text(let names) = list.values, names.codes.count > 0 else { return }
    keys = strings.numbers(of: names)
    offsets = DirectValues.offsets(owners: list.owners, count: count)
    kinds = [AttributeKind?](repeating: nil, count: keys.count)
    starts = [UInt32](repeating: 0, count: keys.count)
    counts = starts
    let depth = group.key.maxRepetition
    var areArrays: [UInt8] = []
    if let leaf = group.isArray {
      let column = try reader.owned(leaf, depth: depth, count: keys.count)
      if case .bool(let flags) = column.values, flags.count == keys.count { areArrays = flags }
    }
    for (leaf, kind) in [
      (group.text, AttributeKind.text), (group.int, .int), (group.double, .double),
      (group.bool, .bool),
    ] {
      guard let leaf, reader.hasValues(leaf) else { continue }
      let column = try reader.owned(leaf, depth: depth, count: keys.count)
      place(column, kind, areArrays, &strings)
    }
    for leaf in [group.unsupported, group.arrayJSON, group.mapJSON] {
      guard let leaf, reader.hasValues(leaf) else { continue }
      let column = try reader.owned(leaf, depth: depth, count: keys.count)
      try place(json: column, leaf, isParsed: leaf != group.unsupported, reader, &strings)
    }
    if let leaf = group.encoded, reader.hasValues(leaf) {
      let column = try reader.owned(leaf, depth: depth, count: keys.count)
      try place(encoded: column, leaf, reader, &strings)
    }
    placeNothing(areArrays, isNewest: reader.file.schema.version == .vParquet5, &strings)
  }

  /// Values of a simple type; columns come in the order in which they win.
  private mutating func place(
    _ column: OwnedColumn, _ kind: AttributeKind, _ areArrays: [UInt8],
    _ strings: inout StringInterner
  ) {
    let base = pool.count
    pool.append(contentsOf: column.values.payloads(&strings))
    var value = 0
    let owners = column.owners
    while value < owners.count {
      let attribute = Int(owners[value])
      var end = value + 1
      while end < owners.count, owners[end] == owners[value] { end += 1 }
      if kinds[attribute] == nil {
        let isArray = end - value > 1 || (!areArrays.isEmpty && areArrays[attribute] != 0)
        kinds[attribute] = isArray ? kind.array : kind
        starts[attribute] = UInt32(base + value)
        counts[attribute] = UInt32(end - value)
      }
      value = end
    }
  }

  private mutating func place(
    json column: OwnedColumn, _ leaf: Leaf, isParsed: Bool, _ reader: PieceReader,
    _ strings: inout StringInterner
  ) throws(StorageError) {
    guard case .text(let texts) = column.values else { return }
    for (value, owner) in column.owners.enumerated() where kinds[Int(owner)] == nil {
      let text = texts.bytes(at: value)
      // What vParquet4 and 5 keep as JSON is kept byte for byte.
      if !isParsed {
        set(Int(owner), .json, [UInt64(strings.intern(text.isEmpty ? Array("{}".utf8) : text))])
        continue
      }
      do {
        let (kind, values) = try AnyValue(json: text).columnar(&strings)
        set(Int(owner), kind, values)
      } catch {
        throw reader.damaged(leaf, error.message)
      }
    }
  }

  /// vParquet3's events: protobuf, in old files JSON.
  private mutating func place(
    encoded column: OwnedColumn, _ leaf: Leaf, _ reader: PieceReader,
    _ strings: inout StringInterner
  ) throws(StorageError) {
    guard case .text(let texts) = column.values else { return }
    for (value, owner) in column.owners.enumerated() where kinds[Int(owner)] == nil {
      let bytes = texts.bytes(at: value)
      let tree: AnyValue
      do {
        tree = try AnyValue(protobuf: bytes)
      } catch {
        do {
          tree = try AnyValue(json: bytes)
        } catch {
          throw reader.damaged(leaf, "not the protobuf of an attribute value")
        }
      }
      let (kind, values) = tree.columnar(&strings)
      set(Int(owner), kind, values)
    }
  }

  /// Nothing stored: an empty array, or no value. vParquet5 would have said so (`{}`), so there a
  /// row without anything is not an attribute.
  private mutating func placeNothing(
    _ areArrays: [UInt8], isNewest: Bool, _ strings: inout StringInterner
  ) {
    for attribute in keys.indices where kinds[attribute] == nil {
      if !areArrays.isEmpty, areArrays[attribute] != 0 {
        set(attribute, .textArray, [])
      } else if !isNewest {
        set(attribute, .json, [UInt64(strings.intern("{}"))])
      }
    }
  }

  private mutating func set(_ attribute: Int, _ kind: AttributeKind, _ values: [UInt64]) {
    kinds[attribute] = kind
    starts[attribute] = UInt32(pool.count)
    counts[attribute] = UInt32(values.count)
    pool += values
  }
}

extension ColumnValues {
  /// The values as a table of spans has them.
  func payloads(_ strings: inout StringInterner) -> [UInt64] {
    switch self {
    case .int64(let values): values.map { UInt64(bitPattern: $0) }
    case .double(let values): values.map(\.bitPattern)
    case .bool(let values): values.map { $0 != 0 ? 1 : 0 }
    case .text(let column): strings.numbers(of: column).map { UInt64($0) }
    }
  }
}
