package import Parquet

/// A block from the inside: what lies in it and how large that is. No values are read.
package struct BlockLayout: Sendable {
  /// One column over all row groups.
  package struct Column: Sendable {
    /// Normalised leaf name, the same for every version.
    package var name: String
    package var type: Leaf.PhysicalType
    /// The attribute a column of its own holds, as TraceQL writes it.
    package var attribute: String?
    package var isDedicated: Bool
    package var codecs: [String]
    package var encodings: [String]
    package var pageCount: Int
    /// Dictionary entries, added up over the row groups; nil where no row group has one.
    package var dictionaryCount: Int?
    package var entryCount: Int
    package var compressedBytes: Int
    package var uncompressedBytes: Int
  }

  package struct RowGroup: Sendable {
    package var rowCount: Int
    package var compressedBytes: Int
    package var uncompressedBytes: Int
    /// Bounds of the trace IDs, as far as the file tells.
    package var firstTraceID: [UInt8]?
    package var lastTraceID: [UInt8]?
  }

  /// An object of the block beside its Parquet files.
  package struct Object: Sendable {
    package var name: String
    package var byteCount: Int
  }

  /// In file order.
  package private(set) var columns: [Column] = []
  package private(set) var rowGroups: [RowGroup] = []
  package private(set) var objects: [Object] = []
  /// Programs that wrote the files.
  package private(set) var createdBy: [String] = []
  package private(set) var fileBytes = 0
  package private(set) var footerBytes = 0

  /// Looks into every file of a block; `progress` hears of every column chunk.
  package init(
    of block: Block, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(StorageError) {
    let files = try block.files()
    let total = files.reduce(0) { $0 + $1.file.rowGroups.count * $1.file.leaves.count }
    var done = 0
    var places: [String: Int] = [:]
    for file in files {
      footerBytes += file.file.footerBytes
      if !createdBy.contains(file.file.createdBy) { createdBy.append(file.file.createdBy) }
      let attributes = Self.attributes(of: file.schema)
      for group in file.file.rowGroups.indices {
        rowGroups.append(Self.rowGroup(file.file, group))
        for leaf in file.file.leaves {
          do throws(ParquetError) {
            add(try file.file.column(leaf, rowGroup: group).layout(), leaf, attributes, &places)
          } catch {
            throw StorageError(error)
          }
          done += 1
          progress(done, total)
        }
      }
      fileBytes += file.file.byteCount
    }
    objects = try block.objects()
  }

  private mutating func add(
    _ chunk: ChunkLayout, _ leaf: Leaf, _ attributes: [Int: (name: String, isDedicated: Bool)],
    _ places: inout [String: Int]
  ) {
    let place = places[leaf.name] ?? columns.count
    if place == columns.count {
      places[leaf.name] = place
      let attribute = attributes[leaf.index]
      columns.append(
        Column(
          name: leaf.name, type: leaf.physicalType, attribute: attribute?.name,
          isDedicated: attribute?.isDedicated ?? false, codecs: [], encodings: [], pageCount: 0,
          entryCount: 0, compressedBytes: 0, uncompressedBytes: 0))
    }
    if !columns[place].codecs.contains(chunk.codec) { columns[place].codecs.append(chunk.codec) }
    for encoding in chunk.encodings where !columns[place].encodings.contains(encoding) {
      columns[place].encodings.append(encoding)
    }
    columns[place].pageCount += chunk.pageCount
    if let count = chunk.dictionaryCount {
      columns[place].dictionaryCount = (columns[place].dictionaryCount ?? 0) + count
    }
    columns[place].entryCount += chunk.entryCount
    columns[place].compressedBytes += chunk.compressedBytes
    columns[place].uncompressedBytes += chunk.uncompressedBytes
  }

  private static func attributes(
    of schema: TraceSchema
  ) -> [Int: (name: String, isDedicated: Bool)] {
    var attributes: [Int: (name: String, isDedicated: Bool)] = [:]
    for (scope, columns) in schema.directColumns {
      for column in columns {
        attributes[column.leaf.index] = ("\(scope).\(column.attribute)", column.isDedicated)
      }
    }
    return attributes
  }

  private static func rowGroup(_ file: ParquetFile, _ number: Int) -> RowGroup {
    let chunks = file.leaves.map { file.column($0, rowGroup: number).chunk }
    var result = RowGroup(
      rowCount: file.rowGroups[number].rowCount,
      compressedBytes: chunks.reduce(0) { $0 + $1.compressedBytes },
      uncompressedBytes: chunks.reduce(0) { $0 + $1.uncompressedBytes })
    if let leaf = file.leaf(named: TraceColumn.traceID.rawValue),
      case .bytes(let first, let last)? = file.column(leaf, rowGroup: number).bounds
    {
      result.firstTraceID = first
      result.lastTraceID = last
    }
    return result
  }
}

extension Block {
  /// Everything beside the block's Parquet files, with its size; nothing for a bare file.
  fileprivate func objects() throws(StorageError) -> [BlockLayout.Object] {
    if case .bareFile = place.content { return [] }
    let dataFiles = try place.dataFileNames()
    var objects: [BlockLayout.Object] = []
    for name in try place.store.list(prefix: place.folder.isEmpty ? "" : place.folder + "/").names
    where !dataFiles.contains(name) {
      if let count = try place.store.byteCount(of: place.key(name)) {
        objects.append(BlockLayout.Object(name: name, byteCount: count))
      }
    }
    return objects
  }
}
