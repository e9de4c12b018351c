package import Columns
import Compression

/// One column chunk. A value type; cheap to make. Page index and dictionary are kept in the
/// file's cache.
package struct ColumnReader: Sendable {
  package let file: ParquetFile
  package let leaf: Leaf
  /// Number of the row group in the file.
  package let rowGroup: Int

  package var chunk: ColumnChunk {
    file.deferred?.chunk(leaf.index, group: rowGroup) ?? announced
  }
  /// What is known of the chunk without reading it.
  package var announced: ColumnChunk { file.rowGroups[rowGroup].chunks[leaf.index] }
  package var rowCount: Int { file.rowGroups[rowGroup].rowCount }

  /// Bounds of all values of the chunk, nil if the writer stored none.
  package var bounds: PageBounds? {
    guard let low = announced.minimum, let high = announced.maximum else { return nil }
    return PageBounds(
      minimum: Array(file.footer[low.start..<low.start + low.count]),
      maximum: Array(file.footer[high.start..<high.start + high.count]), leaf: leaf)
  }

  /// Pages from the offset index, or by walking page headers where there is none (cached).
  package func pages() throws(ParquetError) -> PageIndex { try pages(statistics: nil) }

  func pages(statistics: ReadStatistics?) throws(ParquetError) -> PageIndex {
    let key = cacheKey(.pageIndex)
    if let known: PageIndex = file.cache.value(key) { return known }
    let index = try PageIndexReader(column: self, statistics: statistics).read()
    file.cache.store(index, for: key, costBytes: index.memoryBytes)
    return index
  }

  /// The chunk's dictionary (cached), nil when the chunk has none or is not text.
  package func dictionary() throws(ParquetError) -> StringTable? {
    guard case .text(let table) = try chunkDictionary(statistics: nil) else { return nil }
    return table
  }

  /// The same, with what it cost added to `statistics`.
  package func dictionary(
    statistics: ReadStatistics
  ) throws(ParquetError) -> StringTable? {
    guard case .text(let table) = try chunkDictionary(statistics: statistics) else { return nil }
    return table
  }

  func chunkDictionary(statistics: ReadStatistics?) throws(ParquetError) -> ChunkDictionary? {
    guard chunk.hasDictionary else { return nil }
    if let known: ChunkDictionary = file.cache.value(cacheKey(.dictionary)) { return known }
    let reader = DictionaryReader(column: self, statistics: statistics)
    return try keep(try reader.read(), statistics)
  }

  private func keep(
    _ dictionary: ChunkDictionary, _ statistics: ReadStatistics?
  ) throws(ParquetError) -> ChunkDictionary {
    statistics?.addDictionary(dictionary.memoryBytes)
    guard statistics?.takeMemory(dictionary.memoryBytes) ?? true else {
      throw error(.memory(statistics?.memoryBytesMax ?? 0))
    }
    file.cache.store(
      dictionary, for: cacheKey(.dictionary), costBytes: dictionary.memoryBytes,
      rank: .dictionary)
    return dictionary
  }

  /// Whether a dictionary of text is known not to have an entry `wanted`; false is not certain.
  ///
  /// A dictionary asked for the first time is looked through as it is stored, and made into a
  /// table only if it has the entry: texts that no block has cost no memory then. What was not
  /// found is remembered.
  package func dictionaryLacks(
    _ wanted: [UInt8], statistics: ReadStatistics
  ) throws(ParquetError) -> Bool {
    guard chunk.hasDictionary, leaf.physicalType == .byteArray else { return false }
    let absence = cacheKey(.absence(wanted))
    if file.cache.value(absence, as: Bool.self) == true { return true }
    if file.cache.holds(cacheKey(.dictionary)) { return false }
    let asked = cacheKey(.asked)
    // Asked again for something else: then it is worth having as a table.
    guard !file.cache.holds(asked) else { return false }
    file.cache.store(true, for: asked, costBytes: 64)
    let reader = DictionaryReader(column: self, statistics: statistics)
    if let dictionary = try reader.read(ifHolding: wanted) {
      _ = try keep(dictionary, statistics)
      return false
    }
    file.cache.store(true, for: absence, costBytes: 128 + wanted.count)
    return true
  }

  /// True only if *every* data page is known to be dictionary coded (from the encoding statistics,
  /// else from the page headers).
  package func isFullyDictionaryCoded() throws(ParquetError) -> Bool {
    guard chunk.hasDictionary else { return false }
    switch chunk.pageEncodings {
    case .allDictionary: return true
    case .notAllDictionary: return false
    case .unknown: break
    }
    var index = try pages()
    if let known = index.isFullyDictionaryCoded { return known }
    let answer = try PageIndexReader(column: self, statistics: nil)
      .allDictionaryCoded(index.pages)
    index.isFullyDictionaryCoded = answer
    file.cache.store(index, for: cacheKey(.pageIndex), costBytes: index.memoryBytes)
    return answer
  }
}

// MARK: For the readers of pages

extension ColumnReader {
  private func cacheKey(_ aspect: BoundedCache.Aspect) -> BoundedCache.Key {
    BoundedCache.Key(
      file: file.serial, rowGroup: rowGroup, column: leaf.index, aspect: aspect)
  }

  func codec() throws(ParquetError) -> Codec {
    switch chunk.codecNumber {
    case 0: return .uncompressed
    case 1: return .snappy
    case 2: return .gzip
    case 6: return .zstd
    case 7: return .lz4Raw
    case 3: throw error(.unsupported, "LZO compression")
    case 4: throw error(.unsupported, "Brotli compression")
    case 5: throw error(.unsupported, "LZ4 compression with Hadoop's framing")
    default: throw error(.unsupported, "compression number \(chunk.codecNumber)")
    }
  }

  func error(
    _ kind: ParquetError.Kind, at offset: Int? = nil, _ message: String
  ) -> ParquetError {
    ParquetError(
      kind, file: file.name, column: leaf.path.joined(separator: "."), offset: offset, message)
  }

  func error(_ failure: DecodingFailure, at offset: Int? = nil) -> ParquetError {
    ParquetError(
      failure, file: file.name, column: leaf.path.joined(separator: "."), offset: offset)
  }

  /// Reads `range` of the file into `buffer`.
  func fetch(
    _ range: Range<Int>, into buffer: ByteBuffer, statistics: ReadStatistics?
  ) throws(ParquetError) -> PaddedBytes {
    do {
      try file.source.read(range, into: buffer.room(for: range.count))
    } catch let problem {
      throw error(.unreadable, at: range.lowerBound, problem.message)
    }
    statistics?.addBytes(range.count)
    return buffer.view(0, range.count)
  }

  /// The bytes of a page after its header, decompressed; `skip` bytes of levels stay as they are.
  func decompress(
    _ body: PaddedBytes, to byteCount: Int, at offset: Int, into buffer: ByteBuffer
  ) throws(ParquetError) -> PaddedBytes {
    let codec = try codec()
    if codec == .uncompressed { return body }
    // Writers leave out the body of a page without values, before or after compression.
    if body.count == 0 || byteCount == 0 { return PaddedBytes(base: body.base, count: 0) }
    guard byteCount <= codec.outputBytesMax(inputBytes: body.count) else {
      throw error(
        .damaged, at: offset, "\(body.count) bytes cannot decompress to \(byteCount)")
    }
    do {
      try codec.decompress(body.raw, into: buffer.room(for: byteCount))
    } catch let problem {
      throw error(.damaged, at: offset, "\(problem.codec.rawValue): \(problem.message)")
    }
    return buffer.view(0, byteCount)
  }
}
