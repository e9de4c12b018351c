package import Columns
import Compression

/// What one leaf of one row group holds.
package struct ColumnContent: Sendable {
  package var levels: NestedLevels
  /// The non-null values, in storage order; integers of 32 bits too are given as 64.
  package var values: ColumnValues

  package init(levels: NestedLevels, values: ColumnValues) {
    precondition(levels.valueCount == values.count, "levels and values are of the same entries")
    self.levels = levels
    self.values = values
  }
}

/// One chunk, encoded: its bytes, and what footer and page index say of it. Offsets are relative to
/// the start of the chunk until its place in the file is known.
struct EncodedChunk {
  struct Page {
    var offset: Int
    var byteCount: Int
    var firstRow: Int
    var nullCount: Int
    var bounds: ValueBounds?
    var isAllNull: Bool
  }

  var leaf: WriterSchema.WriterLeaf
  var bytes: [UInt8] = []
  var uncompressedBytes = 0
  var entryCount = 0
  var dictionaryByteCount: Int?
  var pages: [Page] = []
}

/// Encodes one chunk: dictionary page, then data pages of version 2.
struct ChunkWriter {
  private let leaf: WriterSchema.WriterLeaf
  private let content: ColumnContent
  private var chunk: EncodedChunk
  private var codes: [UInt32]?

  static func encode(
    _ content: ColumnContent, _ leaf: WriterSchema.WriterLeaf
  ) -> EncodedChunk {
    var writer = ChunkWriter(content, leaf)
    if leaf.format.encoding == .dictionary { writer.writeDictionary() }
    let pages = PageCutter.pages(content.levels) { writer.valueBytes($0) }
    for rows in pages { writer.writePage(rows) }
    return writer.chunk
  }

  private init(_ content: ColumnContent, _ leaf: WriterSchema.WriterLeaf) {
    self.leaf = leaf
    self.content = content
    chunk = EncodedChunk(leaf: leaf)
    chunk.entryCount = content.levels.entryCount
  }

  /// Bytes that some values take before they are compressed.
  private func valueBytes(_ range: Range<Int>) -> Int {
    switch content.values {
    case .int64, .double: return range.count * 8
    case .bool: return range.count / 8
    case .text(let column):
      if codes != nil { return range.count * 4 }
      return range.reduce(0) { $0 + column.table.range(of: Int(column.codes[$1])).count + 4 }
    }
  }

  private mutating func writeDictionary() {
    guard case .text(let column) = content.values else {
      preconditionFailure("only texts have dictionaries")
    }
    let dictionary = ChunkDictionaryBuilder(column)
    codes = dictionary.codes
    let plain = dictionary.plain(column.table)
    let body = leaf.format.codec.compress(plain)
    var header = CompactWriter()
    header.structure { header in
      header.integer(1, 2)
      header.integer(2, plain.count)
      header.integer(3, body.count)
      header.structure(7) { details in
        details.integer(1, dictionary.entries.count)
        details.integer(2, PageEncoding.plain.rawValue)
        details.boolean(3, false)
      }
    }
    chunk.bytes += header.bytes
    chunk.bytes += body
    chunk.uncompressedBytes += header.bytes.count + plain.count
    chunk.dictionaryByteCount = chunk.bytes.count
  }

  private mutating func writePage(_ rows: Range<Int>) {
    let levels = content.levels
    let entries = Int(levels.rowStarts[rows.lowerBound])..<Int(levels.rowStarts[rows.upperBound])
    let values = Int(levels.valueStarts[rows.lowerBound])..<Int(levels.valueStarts[rows.upperBound])
    let repetition = levels.encodedRepetition(entries)
    let definition = levels.encodedDefinition(entries)
    let plain = ValueEncoder.encode(content.values, values, leaf.format, codes: codes)
    let body = leaf.format.codec.compress(plain)
    let levelBytes = repetition.count + definition.count
    var header = CompactWriter()
    header.structure { header in
      header.integer(1, 3)
      header.integer(2, levelBytes + plain.count)
      header.integer(3, levelBytes + body.count)
      header.structure(8) { details in
        details.integer(1, entries.count)
        details.integer(2, entries.count - values.count)
        details.integer(3, rows.count)
        details.integer(4, leaf.format.pageEncoding.rawValue)
        details.integer(5, definition.count)
        details.integer(6, repetition.count)
        details.boolean(7, leaf.format.codec != .uncompressed)
      }
    }
    let offset = chunk.bytes.count
    chunk.bytes += header.bytes
    chunk.bytes += repetition
    chunk.bytes += definition
    chunk.bytes += body
    chunk.uncompressedBytes += header.bytes.count + levelBytes + plain.count
    chunk.pages.append(
      EncodedChunk.Page(
        offset: offset, byteCount: chunk.bytes.count - offset, firstRow: rows.lowerBound,
        nullCount: entries.count - values.count,
        bounds: leaf.format.hasBounds
          ? ValueBounds(content.values, values, leaf.format.type) : nil,
        isAllNull: values.isEmpty))
  }
}

extension ColumnFormat {
  /// What the header of a data page says.
  var pageEncoding: PageEncoding {
    switch encoding {
    case .plain: .plain
    case .dictionary: .rleDictionary
    case .delta: .deltaBinaryPacked
    case .deltaLength: .deltaLengthByteArray
    }
  }
}
