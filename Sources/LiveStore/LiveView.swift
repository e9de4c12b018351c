import Columns
import Spans
import Storage

/// One chunk as it was at one moment.
struct ChunkView: Sendable {
  var tenant: String
  /// Of the block the chunk's spans will be in.
  var blockID: String
  var number: Int
  var table: SpanTable
  var durable: SpanTable.Mark
  var spanCount: Int
}

/// Live spans as blocks in memory: each chunk is made into one when somebody asks, and again when
/// it has grown.
actor LiveBlocks {
  private struct Made {
    var spanCount: Int
    var block: Task<Block?, Never>
  }

  private struct Key: Hashable {
    var tenant: String
    var number: Int
  }

  private var made: [Key: Made] = [:]
  private let cache: BoundedCache

  init(cache: BoundedCache) { self.cache = cache }

  /// The blocks of the chunks of `views`, with the IDs of the blocks they will be in. Blocks of
  /// chunks that are no longer live are forgotten; `isWhole` says that `views` has all.
  func blocks(_ views: [ChunkView]) async -> [(block: Block, becomes: String)] {
    var tasks: [(Task<Block?, Never>, String)] = []
    for view in views {
      let key = Key(tenant: view.tenant, number: view.number)
      if let known = made[key], known.spanCount == view.spanCount {
        tasks.append((known.block, view.blockID))
        continue
      }
      let cache = cache
      let task = Task { await Self.make(view, cache) }
      // Who asked a moment earlier with fewer spans must not undo this.
      if (made[key]?.spanCount ?? 0) < view.spanCount {
        made[key] = Made(spanCount: view.spanCount, block: task)
      }
      tasks.append((task, view.blockID))
    }
    var blocks: [(Block, String)] = []
    for (task, becomes) in tasks {
      if let block = await task.value { blocks.append((block, becomes)) }
    }
    return blocks
  }

  /// Forgets the blocks of chunks that are in a stored block now.
  func forget(tenant: String, chunks: [Int]) {
    for chunk in chunks { made.removeValue(forKey: Key(tenant: tenant, number: chunk)) }
  }

  private static func make(_ view: ChunkView, _ cache: BoundedCache) async -> Block? {
    var table = view.table
    table.truncate(to: view.durable)
    let id = BlockID.random()
    return await MemoryBlock.make(
      table, tenant: view.tenant, blockID: id, name: "live spans \(id)", threadCount: 1,
      cache: cache)
  }
}
