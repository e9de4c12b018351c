import Columns
import Spans
import Storage
import Synchronization

/// A chunk as a block in memory, so that nothing reads live spans in another way than stored ones.
///
/// It lives as long as its chunk. A chunk that is whole is encoded once, however many queries come;
/// one that grows is encoded again for what it has by then.
final class ChunkImage: Sendable {
  private struct Made: Sendable {
    var spanCount: Int
    var block: Task<Block?, Never>
  }

  private let made = Mutex<Made?>(nil)
  private let kept = Atomic<Int>(0)

  /// Bytes of the block that is kept.
  var memoryBytes: Int { kept.load(ordering: .relaxed) }

  /// The block of what `view` shows; made once, whoever asks first.
  func block(_ view: ChunkView, _ cache: BoundedCache) -> Task<Block?, Never> {
    made.withLock { made in
      if let made, made.spanCount == view.spanCount { return made.block }
      let task = Task {
        let (block, byteCount) = await Self.encode(view, cache)
        self.kept.store(byteCount, ordering: .relaxed)
        return block
      }
      // Who took a look a moment earlier, with fewer spans, must not undo this.
      if (made?.spanCount ?? 0) < view.spanCount {
        made = Made(spanCount: view.spanCount, block: task)
      }
      return task
    }
  }

  private static func encode(
    _ view: ChunkView, _ cache: BoundedCache
  ) async -> (block: Block?, byteCount: Int) {
    var table = view.table
    table.truncate(to: view.durable)
    let id = BlockID.random()
    let made = await MemoryBlock.make(
      table, tenant: view.tenant, blockID: id, name: "live spans \(id)", threadCount: 1,
      making: .quick, cache: cache)
    return (made, made?.metadata.byteCount ?? 0)
  }
}
