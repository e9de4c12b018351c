import BlockWriter
import Engine
import Intake
import Parquet
import Spans
import Storage

/// Consecutive pieces of files that become one block.
struct IngestShare: Sendable {
  struct Part: Sendable {
    var input: IngestInput
    /// Which of the input's pieces.
    var pieces: Range<Int>
  }

  private(set) var parts: [Part] = []
  private(set) var byteCount = 0

  var isEmpty: Bool { parts.isEmpty }

  mutating func append(piece: Int, of input: IngestInput) {
    byteCount += input.pieces[piece].count
    if let last = parts.last, last.input.name == input.name, last.pieces.upperBound == piece {
      parts[parts.count - 1].pieces = last.pieces.lowerBound..<piece + 1
    } else {
      parts.append(Part(input: input, pieces: piece..<piece + 1))
    }
  }

  /// The share in `count` of about the same size, one behind the other.
  func divided(by count: Int) -> [IngestShare] {
    let each = byteCount / max(1, count) + 1
    var shares: [IngestShare] = []
    var share = IngestShare()
    for part in parts {
      for piece in part.pieces {
        share.append(piece: piece, of: part.input)
        guard share.byteCount >= each else { continue }
        shares.append(share)
        share = IngestShare()
      }
    }
    if !share.isEmpty { shares.append(share) }
    return shares
  }
}

/// A file that is ingested.
struct IngestInput: Sendable {
  enum Content: Sendable {
    case whole(Dump)
    /// Messages are read when their turn comes.
    case messages(MessageFile)
  }

  var name: String
  var content: Content

  var pieces: [Range<Int>] {
    switch content {
    case .whole(let dump): dump.pieces
    case .messages(let file): file.pieces
    }
  }

  func decode(_ piece: Range<Int>, into table: inout SpanTable) throws(IntakeError) {
    switch content {
    case .whole(let dump): try dump.decode(piece, into: &table)
    case .messages(let file): try file.decode(piece, into: &table)
    }
  }
}

/// Makes blocks of shares, each on its own: several can be at it at the same time.
struct IngestWorker: Sendable {
  let folder: String
  let tenant: String
  let version: BlockVersion
  let dedicated: DedicatedColumnChoice
  let tally: IngestTally
  /// Ctrl-C is heard between pieces of a file and between row groups.
  let watch: QueryProgress

  /// Spans are written when they take this much memory, whatever the share.
  private static let tableBytesMax = 1 << 30
  private static let sampleBytes = 4 << 20

  func run(_ share: IngestShare, threadCount: Int) async throws(CommandFailure) {
    var table = SpanTable()
    var byteCount = 0
    for part in share.parts {
      for piece in part.pieces.lazy.map({ part.input.pieces[$0] }) {
        if watch.isCancelled { throw CommandFailure("interrupted", code: .interrupted) }
        let before = table.spanCount
        do throws(IntakeError) {
          try part.input.decode(piece, into: &table)
        } catch {
          throw CommandFailure("\(part.input.name): \(error)", code: .unreadable)
        }
        tally.decoded(bytes: piece.count, spans: table.spanCount - before, name: part.input.name)
        // The beginning says how much the rest will take.
        if byteCount < Self.sampleBytes, byteCount + piece.count >= Self.sampleBytes {
          let factor = Double(share.byteCount) / Double(byteCount + piece.count) * 1.05
          table.reserve(like: table, times: min(factor, 1_000))
        }
        byteCount += piece.count
        if table.memoryBytes > Self.tableBytesMax {
          try await writeBlock(&table, threadCount: threadCount)
        }
      }
    }
    try await writeBlock(&table, threadCount: threadCount)
  }

  /// Writes the spans at hand as one block; none, if there are none. Afterwards there are none.
  private func writeBlock(
    _ table: inout SpanTable, threadCount: Int
  ) async throws(CommandFailure) {
    guard table.spanCount > 0 else { return }
    let schema = BlockSchema(version: version, dedicated: dedicated.columns(table))
    let identity = BlockIdentity(blockID: BlockID.random(), tenant: tenant)
    do throws(StorageError) {
      let place = try LocalBlockFolder(root: folder, tenant: tenant, blockID: identity.blockID)
      do throws(StorageError) {
        let written = try await write(
          &table, schema, identity, to: try place.dataFile(), threadCount: threadCount)
        try place.publish(written.sink, written.objects)
        tally.wrote(
          written.metadata, spans: written.spanCount,
          copies: table.spanCount - written.spanCount, at: place.path)
      } catch {
        place.discard()
        throw error
      }
    } catch {
      throw CommandFailure(error)
    }
    table = SpanTable()
  }

  private func write(
    _ table: inout SpanTable, _ schema: BlockSchema, _ identity: BlockIdentity,
    to sink: LocalFileSink, threadCount: Int
  ) async throws(StorageError) -> WrittenBlock<LocalFileSink> {
    do throws(ByteSourceError) {
      var writer = try BlockWriter(schema, identity, to: sink)
      let watch = watch
      try await writer.write(
        &table, threadCount: threadCount, isCancelled: { watch.isCancelled })
      return try writer.finish()
    } catch {
      throw .unwritable(path: identity.blockID, reason: error.message)
    }
  }
}
