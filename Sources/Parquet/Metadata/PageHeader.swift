/// What stands before the bytes of every page.
struct PageHeader {
  enum Kind { case dataV1, dataV2, dictionary, index }

  var kind = Kind.index
  /// Bytes of the header itself.
  var headerBytes = 0
  /// Bytes of the body as stored and after decompression; levels included.
  var compressedBytes = 0
  var uncompressedBytes = 0
  /// CRC-32 of the body as stored; nil if the writer gave none.
  var checksum: UInt32?
  /// Level entries: values, nulls and empty lists; of a dictionary, its entries.
  var entryCount = 0
  var encodingNumber = 0
  // Version 2 only.
  var nullCount = 0
  var rowCount = 0
  var definitionBytes = 0
  var repetitionBytes = 0
  var isCompressed = true
  // Version 1 only: how the levels are encoded.
  var definitionEncoding = PageEncoding.rle.rawValue
  var repetitionEncoding = PageEncoding.rle.rawValue
  /// What the writer says of the values; only where somebody asked.
  var statistics: PageStatistics?

  /// A page that claims more than `limits` allow is refused.
  init(
    _ bytes: PaddedBytes, _ limits: ReadLimits, readingStatistics: Bool = false
  ) throws(DecodingFailure) {
    if readingStatistics { statistics = PageStatistics() }
    var reader = CompactReader(bytes, nestingMax: limits.metadataNestingMax)
    var kindNumber = -1
    var found: Kind?
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      switch id {
      case 1: kindNumber = try reader.integer(type)
      case 2: uncompressedBytes = try reader.count(type)
      case 3: compressedBytes = try reader.count(type)
      case 4:
        let stored = UInt32(truncatingIfNeeded: try reader.integer(type))
        checksum = stored == 0 ? nil : stored
      case 5, 7, 8:
        guard type == .structure else { throw .malformed("a structure was expected") }
        found = id == 5 ? .dataV1 : id == 7 ? .dictionary : .dataV2
        try readDetails(&reader, version2: id == 8)
      default: try reader.skip(type)
      }
    }
    headerBytes = reader.position
    switch kindNumber {
    case 0: kind = .dataV1
    case 1: kind = .index
    case 2: kind = .dictionary
    case 3: kind = .dataV2
    default: throw .malformed("unknown kind of page \(kindNumber)")
    }
    guard kind == .index || found == kind else {
      throw .malformed("a page header of another kind than it says")
    }
    try checkCounts(limits)
  }

  var isData: Bool { kind == .dataV1 || kind == .dataV2 }

  /// The three data headers share their first fields' meaning, not all of their numbers.
  private mutating func readDetails(
    _ reader: inout CompactReader, version2: Bool
  ) throws(DecodingFailure) {
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      switch (id, version2) {
      case (1, _): entryCount = try reader.count(type)
      case (2, false), (4, true): encodingNumber = try reader.integer(type)
      // The third field of a dictionary header is a boolean.
      case (3, false) where type == .int32: definitionEncoding = try reader.integer(type)
      case (4, false): repetitionEncoding = try reader.integer(type)
      case (2, true): nullCount = try reader.count(type)
      case (3, true): rowCount = try reader.count(type)
      case (5, true): definitionBytes = try reader.count(type)
      case (6, true): repetitionBytes = try reader.count(type)
      case (7, true): isCompressed = try reader.boolean(type)
      case (5, false), (8, true): try readStatistics(&reader, type)
      default: try reader.skip(type)
      }
    }
  }

  private mutating func readStatistics(
    _ reader: inout CompactReader, _ type: CompactReader.WireType
  ) throws(DecodingFailure) {
    guard statistics != nil, type == .structure else { return try reader.skip(type) }
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      switch id {
      case 3: statistics?.nullCount = try reader.count(type)
      case 5: statistics?.maximum = reader.bytes(at: try reader.binary(type))
      case 6: statistics?.minimum = reader.bytes(at: try reader.binary(type))
      default: try reader.skip(type)
      }
    }
  }

  private func checkCounts(_ limits: ReadLimits) throws(DecodingFailure) {
    guard max(uncompressedBytes, compressedBytes) <= limits.pageBytesMax else {
      throw .limit("a page of more than \(limits.pageBytesMax) bytes")
    }
    guard entryCount <= limits.pageEntriesMax else {
      throw .limit("a page of more than \(limits.pageEntriesMax) entries")
    }
    guard nullCount <= entryCount, rowCount <= entryCount else {
      throw .malformed("a page with more nulls or rows than entries")
    }
    let levels = definitionBytes.addingReportingOverflow(repetitionBytes)
    guard !levels.overflow, levels.partialValue <= min(uncompressedBytes, compressedBytes) else {
      throw .malformed("levels that do not fit in their page")
    }
  }
}

/// Bounds and number of nulls as they stand in the header of a page.
struct PageStatistics {
  var nullCount: Int?
  var minimum: [UInt8]?
  var maximum: [UInt8]?
}
