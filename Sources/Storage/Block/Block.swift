package import Columns
import Parquet
import Synchronization

/// One block: metadata at hand, files opened when they are first needed.
package final class Block: Sendable {
  package let metadata: BlockMetadata
  /// The block's id, or the file's name where there is none.
  package let name: String
  let place: BlockPlace
  /// What is kept of files between queries; shared by the blocks of a catalogue.
  package let cache: BoundedCache
  private let opened: Mutex<[BlockFile]?>
  private let notes = Mutex<[String]>([])
  /// The object `index`, once somebody has looked for it.
  let rowGroupIndex = Mutex<(isRead: Bool, index: RowGroupIndex?)>((false, nil))

  /// A block whose files are not open yet, or are `opened`.
  init(
    metadata: BlockMetadata, name: String, place: BlockPlace, cache: BoundedCache,
    opened: [BlockFile]? = nil
  ) {
    self.opened = Mutex(opened)
    self.metadata = metadata
    self.name = name
    self.place = place
    self.cache = cache
  }

  /// Traces are in order of their IDs over the whole block, each at most once.
  package var isSorted: Bool { place.content == .completed }

  /// Where the block lies, as people would name it.
  package var location: String {
    if case .bareFile(let file) = place.content { return place.location(file) }
    return place.store.location(of: place.folder)
  }

  /// What was passed over in this block so far; grows as the block is read.
  package var warnings: [String] { notes.withLock { $0 } }

  func warn(_ note: String) {
    notes.withLock { notes in
      if !notes.contains(note) { notes.append(note) }
    }
  }
}

// MARK: Opening

extension Block {
  /// Whether somebody has asked for the files before.
  package var isOpen: Bool { opened.withLock { $0 != nil } }

  /// The block's files: one, or those of a write-ahead folder; opened by the first caller.
  ///
  /// Of a write-ahead folder, files that were torn while they were written, or are gone, are left
  /// out with a warning; of any other block a file that cannot be read is an error.
  package func files() throws(StorageError) -> [BlockFile] {
    try opened.withLock { opened throws(StorageError) in
      if let files = opened { return files }
      var files: [BlockFile] = []
      for name in try place.dataFileNames() {
        do throws(StorageError) {
          files.append(try open(name))
        } catch {
          guard place.content == .writeAhead, error.isExpectedWhileWriting else { throw error }
          warn("\(error); left out")
        }
      }
      opened = files
      return files
    }
  }

  private func open(_ name: String) throws(StorageError) -> BlockFile {
    let source = try place.store.source(of: place.key(name))
    let location = place.location(name)
    let file: ParquetFile
    do throws(ParquetError) {
      file = try ParquetFile(
        source: source, name: location,
        footerBytesHint: metadata.footerByteCount > 0 ? metadata.footerByteCount : nil,
        cache: cache)
    } catch {
      throw .parquet(error)
    }
    let schema = try TraceSchema.of(
      file, version: metadata.version, dedicatedColumns: metadata.dedicatedColumns, name: location)
    return BlockFile(file: file, schema: schema)
  }
}

extension StorageError {
  /// A write-ahead file that is half written, or was removed after its block was completed.
  fileprivate var isExpectedWhileWriting: Bool {
    guard case .parquet(let error) = self else { return isMissing }
    return error.kind == .damaged || error.kind == .notParquet || error.kind == .unreadable
  }
}
