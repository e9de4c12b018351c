/// Where the pages of one column of one row group lie, and what is known about them.
package struct ColumnChunk: Sendable {
  /// What the metadata says about the encodings of the data pages.
  enum PageEncodings: UInt8, Sendable { case unknown, allDictionary, notAllDictionary }

  /// Parquet's number of the compression format.
  var codecNumber = 0
  var physicalType = -1
  /// Encodings that occur in the chunk, levels included: bit `n` for Parquet's number `n`.
  var encodingBits: UInt16 = 0
  /// Level entries: values, nulls and empty lists.
  package var valueCount = 0
  package var compressedBytes = 0
  package var uncompressedBytes = 0
  var dataPageOffset = 0
  var dictionaryPageOffset: Int?
  var offsetIndexOffset = 0
  var offsetIndexBytes = 0
  var columnIndexOffset = 0
  var columnIndexBytes = 0
  /// Null entries, if the writer counted them.
  package var nullCount: Int?
  // Positions inside the footer.
  var minimum: CompactReader.Extent?
  var maximum: CompactReader.Extent?
  var pageEncodings = PageEncodings.unknown

  package var hasDictionary: Bool { dictionaryPageOffset != nil }

  /// All bytes of the chunk in the file: dictionary page and data pages.
  package var byteRange: Range<Int> {
    let start = min(dictionaryPageOffset ?? dataPageOffset, dataPageOffset)
    return start..<start.addingClamped(compressedBytes)
  }
}

extension Int {
  /// The sum, or the largest number if the metadata claims more.
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

// MARK: Reading

extension ColumnChunk {
  init(from reader: inout CompactReader) throws(DecodingFailure) {
    var hasMetadata = false
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      switch id {
      case 1: throw .unsupported("column chunks in other files")
      case 3:
        guard type == .structure else { throw .malformed("a structure was expected") }
        try readMetadata(&reader)
        hasMetadata = true
      case 4: offsetIndexOffset = try reader.count(type)
      case 5: offsetIndexBytes = try reader.count(type)
      case 6: columnIndexOffset = try reader.count(type)
      case 7: columnIndexBytes = try reader.count(type)
      case 8, 9: throw .unsupported("encrypted columns")
      default: try reader.skip(type)
      }
    }
    guard hasMetadata else { throw .malformed("a column chunk without metadata") }
  }

  private mutating func readMetadata(_ reader: inout CompactReader) throws(DecodingFailure) {
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      switch id {
      case 1: physicalType = try reader.integer(type)
      case 2:
        for _ in 0..<(try reader.list(type, of: .int32)) {
          let number = try reader.integerElement()
          if (0..<16).contains(number) { encodingBits |= 1 << UInt16(number) }
        }
      case 4: codecNumber = try reader.integer(type)
      case 5: valueCount = try reader.count(type)
      case 6: uncompressedBytes = try reader.count(type)
      case 7: compressedBytes = try reader.count(type)
      case 9: dataPageOffset = try reader.count(type)
      case 11:
        // Some writers say 0 for "none"; no page can start before the magic.
        let offset = try reader.count(type)
        if offset >= 4 { dictionaryPageOffset = offset }
      case 12: try readStatistics(&reader, type)
      case 13: try readEncodingStatistics(&reader, type)
      default: try reader.skip(type)
      }
    }
  }

  /// Only the new bounds are used: the old ones have no defined order.
  private mutating func readStatistics(
    _ reader: inout CompactReader, _ type: CompactReader.WireType
  ) throws(DecodingFailure) {
    guard type == .structure else { throw .malformed("a structure was expected") }
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      switch id {
      case 3: nullCount = try reader.count(type)
      case 5: maximum = try reader.binary(type)
      case 6: minimum = try reader.binary(type)
      default: try reader.skip(type)
      }
    }
  }

  private mutating func readEncodingStatistics(
    _ reader: inout CompactReader, _ type: CompactReader.WireType
  ) throws(DecodingFailure) {
    let length = try reader.list(type, of: .structure)
    var dataPages = 0
    var otherPages = 0
    for _ in 0..<length {
      var page = 0
      var encoding = 0
      var count = 0
      try reader.beginStructure()
      var id = 0
      while let type = try reader.nextField(&id) {
        switch id {
        case 1: page = try reader.integer(type)
        case 2: encoding = try reader.integer(type)
        case 3: count = try reader.integer(type)
        default: try reader.skip(type)
        }
      }
      guard page == 0 || page == 3, count > 0 else { continue }
      if PageEncoding(rawValue: encoding)?.isDictionary == true {
        dataPages &+= count
      } else {
        otherPages &+= count
      }
    }
    if otherPages > 0 {
      pageEncodings = .notAllDictionary
    } else if dataPages > 0 {
      pageEncodings = .allDictionary
    }
  }
}
