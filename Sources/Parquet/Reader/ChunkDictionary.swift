import Columns

/// The distinct values of a chunk, in the order of their codes.
enum ChunkDictionary: Sendable {
  case int64([Int64])
  case double([Double])
  case text(StringTable)

  var count: Int {
    switch self {
    case .int64(let values): values.count
    case .double(let values): values.count
    case .text(let table): table.count
    }
  }

  var memoryBytes: Int {
    switch self {
    case .int64(let values): values.count * 8
    case .double(let values): values.count * 8
    case .text(let table): table.memoryBytes
    }
  }
}

/// Reads and decodes a dictionary page.
struct DictionaryReader {
  let column: ColumnReader
  let statistics: ReadStatistics?

  func read() throws(ParquetError) -> ChunkDictionary {
    guard let dictionary = try read(ifHolding: nil) else {
      preconditionFailure("without a condition there is always a dictionary")
    }
    return dictionary
  }

  /// The dictionary, or nil if it is one of text without the entry `wanted`.
  func read(ifHolding wanted: [UInt8]?) throws(ParquetError) -> ChunkDictionary? {
    let chunk = column.chunk
    guard let offset = chunk.dictionaryPageOffset else {
      preconditionFailure("only chunks with a dictionary come here")
    }
    // The dictionary ends where the first data page begins; where a writer put it elsewhere,
    // somewhere in the chunk.
    let end =
      chunk.dataPageOffset > offset
      ? min(chunk.dataPageOffset, chunk.byteRange.upperBound) : chunk.byteRange.upperBound
    guard offset < end else {
      throw column.error(.damaged, at: offset, "a dictionary of no bytes")
    }
    let fetched = ByteBuffer()
    let decompressed = ByteBuffer()
    defer { withExtendedLifetime((fetched, decompressed)) {} }
    let bytes = try column.fetch(offset..<end, into: fetched, statistics: statistics)
    do throws(DecodingFailure) {
      let header = try PageHeader(bytes, column.file.limits)
      guard header.kind == .dictionary else {
        throw .malformed("no dictionary page where one should be")
      }
      let encoding = PageEncoding(rawValue: header.encodingNumber)
      guard encoding == .plain || encoding == .plainDictionary else {
        throw .unsupported("dictionary encoding \(header.encodingNumber)")
      }
      let bytesMax = column.file.limits.dictionaryBytesMax
      guard header.uncompressedBytes <= bytesMax else {
        throw .limit("a dictionary of more than \(bytesMax) bytes")
      }
      let stored = try bytes.slice(header.headerBytes, header.compressedBytes)
      // The page, its strings one after the other, and the table they end up in.
      let memory = fetched.capacity + 3 * header.uncompressedBytes
      try statistics?.charge(memory)
      defer { statistics?.giveMemory(memory) }
      let body = try body(header, stored, offset, decompressed)
      if let wanted {
        guard column.leaf.physicalType == .byteArray,
          try StringDecoder.holds(wanted, plain: body, count: header.entryCount)
        else { return nil }
      }
      return try values(header, body)
    } catch {
      throw column.error(error, at: offset)
    }
  }

  private func body(
    _ header: PageHeader, _ stored: PaddedBytes, _ offset: Int, _ buffer: ByteBuffer
  ) throws(DecodingFailure) -> PaddedBytes {
    do throws(ParquetError) {
      return try column.decompress(
        stored, to: header.uncompressedBytes, at: offset, into: buffer)
    } catch {
      throw DecodingFailure(error.kind == .unsupported ? .unsupported : .malformed, error.message)
    }
  }

  private func values(
    _ header: PageHeader, _ body: PaddedBytes
  ) throws(DecodingFailure) -> ChunkDictionary {
    let count = header.entryCount
    let leaf = column.leaf
    guard count <= body.count / 4 || leaf.physicalType == .fixedLengthByteArray else {
      throw .malformed("\(count) dictionary entries in \(body.count) bytes")
    }
    switch leaf.physicalType {
    case .int32, .int64:
      var output = OutputColumn<Int64>(reserving: min(count, body.count))
      try output.write(upTo: count) { target throws(DecodingFailure) in
        if leaf.physicalType == .int64 {
          try PlainDecoder.int64(body, count: count, into: target)
        } else {
          try PlainDecoder.int32(body, count: count, isUnsigned: leaf.isUnsigned, into: target)
        }
        return count
      }
      return .int64(output.finish())
    case .float, .double:
      var output = OutputColumn<Double>(reserving: min(count, body.count))
      try output.write(upTo: count) { target throws(DecodingFailure) in
        if leaf.physicalType == .double {
          try PlainDecoder.double(body, count: count, into: target)
        } else {
          try PlainDecoder.float(body, count: count, into: target)
        }
        return count
      }
      return .double(output.finish())
    case .byteArray: return .text(try StringDecoder.table(plain: body, count: count))
    case .fixedLengthByteArray:
      let decoder = StringDecoder(column.file.limits)
      defer { withExtendedLifetime(decoder) {} }
      let strings = try decoder.decode(
        body, encoding: .plain, count: count, fixedByteCount: leaf.fixedByteCount)
      var text = TextOutput(dictionary: nil, reserving: count)
      try text.append(strings, 0..<count)
      return .text(text.finish().table)
    case .boolean, .int96: throw .unsupported("dictionaries of this type")
    }
  }
}
