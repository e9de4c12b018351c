/// How one column chunk is stored.
package struct ChunkLayout: Sendable, Equatable {
  /// Parquet's name of the compression.
  package var codec: String
  /// Parquet's names of the encodings of values.
  package var encodings: [String]
  /// Data pages.
  package var pageCount: Int
  /// Entries of the dictionary; nil without one.
  package var dictionaryCount: Int?
  /// Level entries: values, nulls and empty lists.
  package var entryCount: Int
  /// nil if the writer did not count them.
  package var nullCount: Int?
  package var compressedBytes: Int
  package var uncompressedBytes: Int
}

extension ColumnReader {
  /// How the chunk is stored, from metadata, page index and the header of the dictionary; no values
  /// are read.
  package func layout() throws(ParquetError) -> ChunkLayout {
    ChunkLayout(
      codec: Self.codecName(chunk.codecNumber), encodings: valueEncodings(),
      pageCount: try pages().pages.count, dictionaryCount: try dictionaryCount(),
      entryCount: chunk.valueCount, nullCount: chunk.nullCount,
      compressedBytes: chunk.compressedBytes, uncompressedBytes: chunk.uncompressedBytes)
  }

  private func dictionaryCount() throws(ParquetError) -> Int? {
    guard let offset = chunk.dictionaryPageOffset else { return nil }
    let limit = chunk.byteRange.upperBound - offset
    guard limit > 0 else { throw error(.damaged, at: offset, "a dictionary of no bytes") }
    let header = try PageIndexReader(column: self, statistics: nil).header(
      at: offset, limit: limit)
    guard header.kind == .dictionary else {
      throw error(.damaged, at: offset, "no dictionary page where one should be")
    }
    return header.entryCount
  }

  /// Levels are always RLE, and the dictionary itself is plain: neither says anything of values.
  private func valueEncodings() -> [String] {
    let all = (0..<16).filter { chunk.encodingBits & 1 << UInt16($0) != 0 }
      .compactMap(PageEncoding.init)
    let hasDictionary = all.contains(where: \.isDictionary)
    let values = all.filter { encoding in
      switch encoding {
      case .rle: leaf.physicalType == .boolean
      case .bitPacked: false
      case .plain: !hasDictionary || chunk.pageEncodings == .notAllDictionary
      default: true
      }
    }
    return values.map(\.name)
  }

  private static func codecName(_ number: Int) -> String {
    let names = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]
    return names.indices.contains(number) ? names[number] : "\(number)"
  }
}
