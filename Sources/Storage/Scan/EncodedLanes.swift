import Columns
import Parquet
import Wire

/// An attribute list decoded from blobs, in the form of the columns newer versions have.
struct DecodedAttributes {
  var keys: AttributeKeys
  var values: [AttributeType: OwnedColumn]
}

/// vParquet3's links: one protobuf message a span, decoded into the link lane.
struct EncodedLanes {
  var linkOffsets: [UInt32]
  var traceIDs: TextColumn
  var spanIDs: TextColumn
  var traceStates: TextColumn
  var attributes: DecodedAttributes

  func column(_ column: TraceColumn) -> ColumnValues? {
    switch column {
    case .linkTraceID: .text(traceIDs)
    case .linkSpanID: .text(spanIDs)
    case .linkTraceState: .text(traceStates)
    default: nil
    }
  }
}

/// The one adapter for what vParquet3 stores encoded; nothing above knows.
extension BlockUnit {
  func encodedLinks() throws(StorageError) -> EncodedLanes? {
    if let knownEncoded { return knownEncoded }
    guard file.schema.leaf(.linksBlob) != nil, file.schema.leaf(.linkSpanID) == nil,
      let blobs = try column(.linksBlob)?.textColumn
    else { return nil }
    var offsets: [UInt32] = [0]
    var ids = (trace: TextBuilder(), span: TextBuilder(), state: TextBuilder())
    var attributes = AttributeListBuilder()
    var count: UInt32 = 0
    var meter = DecodingMeter(unit: self)
    for span in blobs.codes.indices {
      try meter.add(blobs.table.range(of: Int(blobs.codes[span])).count)
      var reader = ProtobufReader(blobs.bytes(at: span))
      // A blob that stops making sense keeps the links before that point.
      while let field = try? reader.next() {
        guard field.number == 1, let link = EncodedLink(field) else { continue }
        try ids.trace.append(link.traceID)
        try ids.span.append(link.spanID)
        try ids.state.append(link.traceState)
        for (key, value) in link.attributes {
          try attributes.append(
            owner: count, key: key, elements: EncodedScalar.elements(encoded: value))
        }
        count += 1
      }
      offsets.append(count)
    }
    let lanes = EncodedLanes(
      linkOffsets: offsets, traceIDs: ids.trace.column(), spanIDs: ids.span.column(),
      traceStates: ids.state.column(), attributes: attributes.decoded(ownerCount: Int(count)))
    knownEncoded = lanes
    return lanes
  }

  /// Attributes of events and links where they are encoded; nil where they have columns.
  func decodedAttributes(_ scope: AttributeScope) throws(StorageError) -> DecodedAttributes? {
    if let known = knownArrays[scope] { return known }
    if scope == .link { return try encodedLinks()?.attributes }
    guard let group = file.schema.groups[scope], let encoded = group.encoded else { return nil }
    let depth = scope.lane.depth
    let keys = try read(
      group.key, of: .lane(scope.lane), ownerCount: elementCount(of: scope.lane))
    try check(keys.values, is: .text, group.key)
    let values = try read(
      encoded, of: .attributes(group.key, depth: depth + 1), ownerCount: keys.owners.count)
    try check(values.values, is: .text, encoded)
    let text = keys.values.textColumn
    var builder = AttributeListBuilder()
    let blobs = values.values.textColumn
    var meter = DecodingMeter(unit: self)
    var next = 0
    for (attribute, owner) in keys.owners.enumerated() {
      var elements: [EncodedScalar] = []
      while next < values.owners.count, Int(values.owners[next]) == attribute {
        let blob = blobs.bytes(at: next)
        try meter.add(blob.count)
        elements = EncodedScalar.elements(encoded: blob[...])
        next += 1
      }
      try builder.append(owner: owner, key: text.bytes(at: attribute), elements: elements)
    }
    let decoded = builder.decoded(ownerCount: keys.ownerCount)
    knownArrays[scope] = decoded
    return decoded
  }

  /// Elements of one type in arrays that vParquet3 stores as JSON; nil: no such column.
  func arrayElements(
    _ scope: AttributeScope, _ type: AttributeType, _ group: TraceSchema.AttributeGroup
  ) throws(StorageError) -> OwnedColumn? {
    guard let leaf = group.arrayJSON, let keys = try attributeKeys(scope) else { return nil }
    let column = try read(
      leaf, of: .attributes(group.key, depth: scope.lane.depth + 1), ownerCount: keys.owners.count)
    try check(column.values, is: .text, leaf)
    let texts = column.values.textColumn
    var builder = AttributeListBuilder()
    var meter = DecodingMeter(unit: self)
    for (i, attribute) in column.owners.enumerated() {
      let text = texts.bytes(at: i)
      try meter.add(text.count)
      let elements = EncodedScalar.elements(json: text[...])
      for element in elements { try builder.append(value: element, attribute: attribute) }
    }
    return builder.values(of: type, attributeCount: keys.owners.count)
  }
}

/// Takes memory for what blobs decode to, a mebibyte of blobs at a time: one blob in a dictionary
/// may stand for any number of rows.
private struct DecodingMeter {
  let unit: BlockUnit
  private var pendingBytes = 0

  /// The shortest link, of two bytes, is decoded to some twenty; texts stay as long as they are.
  private static let growth = 8
  private static let stepBytes = 1 << 20

  init(unit: BlockUnit) { self.unit = unit }

  mutating func add(_ blobBytes: Int) throws(StorageError) {
    pendingBytes += blobBytes
    guard pendingBytes >= Self.stepBytes else { return }
    try unit.checkpoint(taking: pendingBytes * Self.growth)
    pendingBytes = 0
  }
}

/// One link of a vParquet3 blob.
private struct EncodedLink {
  var traceID: [UInt8] = []
  var spanID: [UInt8] = []
  var traceState: [UInt8] = []
  var attributes: [(key: [UInt8], value: ArraySlice<UInt8>)] = []

  init?(_ field: ProtobufField) {
    // Any malformed part makes the link unreadable as a whole.
    guard var reader = try? field.message() else { return nil }
    do {
      while let field = try reader.next() {
        switch field.number {
        case 1: traceID = Array(try field.bytes())
        case 2: spanID = Array(try field.bytes())
        case 3: traceState = Array(try field.bytes())
        case 4: try readAttribute(field.message())
        default: break
        }
      }
    } catch { return nil }
  }

  private mutating func readAttribute(_ message: ProtobufReader) throws(ProtobufError) {
    var message = message
    var key: [UInt8] = []
    var value: ArraySlice<UInt8> = []
    while let part = try message.next() {
      if part.number == 1 { key = Array(try part.bytes()) }
      if part.number == 2 { value = try part.bytes() }
    }
    attributes.append((key, value))
  }
}

/// Collects keys and typed values of one attribute list.
struct AttributeListBuilder {
  private var owners: [UInt32] = []
  private var keys = TextBuilder()
  private var texts = TextBuilder()
  private var ints: [Int64] = []
  private var doubles: [Double] = []
  private var bools: [UInt8] = []
  private var valueOwners: [AttributeType: [UInt32]] = [:]

  mutating func append(
    owner: UInt32, key: [UInt8], elements: [EncodedScalar]
  ) throws(StorageError) {
    for element in elements { try append(value: element, attribute: UInt32(owners.count)) }
    owners.append(owner)
    try keys.append(key)
  }

  mutating func append(value: EncodedScalar, attribute: UInt32) throws(StorageError) {
    valueOwners[value.type, default: []].append(attribute)
    switch value {
    case .text(let text): try texts.append(text)
    case .int(let int): ints.append(int)
    case .double(let double): doubles.append(double)
    case .bool(let bool): bools.append(bool ? 1 : 0)
    }
  }

  func values(of type: AttributeType, attributeCount: Int) -> OwnedColumn {
    let values: ColumnValues =
      switch type {
      case .text: .text(texts.column())
      case .int: .int64(ints)
      case .double: .double(doubles)
      case .bool: .bool(bools)
      }
    return OwnedColumn(
      owners: valueOwners[type] ?? [], values: values, ownerCount: attributeCount)
  }

  func decoded(ownerCount: Int) -> DecodedAttributes {
    var values: [AttributeType: OwnedColumn] = [:]
    for type in AttributeType.allCases {
      values[type] = self.values(of: type, attributeCount: owners.count)
    }
    return DecodedAttributes(
      keys: AttributeKeys(owners: owners, keys: keys.column(), ownerCount: ownerCount),
      values: values)
  }
}

extension OwnedColumn {
  /// The values of two columns over the same owners, in owner order.
  func merged(with other: OwnedColumn) throws(StorageError) -> OwnedColumn {
    precondition(ownerCount == other.ownerCount, "both columns have the same owners")
    if owners.isEmpty { return other }
    if other.owners.isEmpty { return self }
    var order: [ColumnAssembler.Slice] = []
    var merged: [UInt32] = []
    var (i, j) = (0, 0)
    while i < owners.count || j < other.owners.count {
      if j == other.owners.count || (i < owners.count && owners[i] <= other.owners[j]) {
        order.append((0, i..<i + 1))
        merged.append(owners[i])
        i += 1
      } else {
        order.append((1, j..<j + 1))
        merged.append(other.owners[j])
        j += 1
      }
    }
    return OwnedColumn(
      owners: merged, values: try ColumnAssembler.values(order, of: [values, other.values]),
      ownerCount: ownerCount)
  }
}
