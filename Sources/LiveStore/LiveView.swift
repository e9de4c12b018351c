import Columns
import Spans
package import Storage

/// One chunk as it was at one moment.
struct ChunkView: Sendable {
  var tenant: String
  /// Of the block the chunk's spans will be in.
  var blockID: String
  var table: SpanTable
  var durable: SpanTable.Mark
  var spanCount: Int
  var image: ChunkImage
  var memory: ChunkMemory
}

/// The live spans as they were at one moment, each chunk a block in memory once somebody asks.
package struct LiveView: Sendable {
  let chunks: [ChunkView]
  let cache: BoundedCache

  package var isEmpty: Bool { chunks.isEmpty }

  /// The blocks in memory of what is not in one of the stored blocks, which are given by their IDs.
  package func blocks(besides stored: Set<String>) async -> [Block] {
    let (chunks, cache) = (chunks.filter { !stored.contains($0.blockID) }, cache)
    return await withTaskGroup(of: (Int, Block?).self) { group in
      for (number, chunk) in chunks.enumerated() {
        group.addTask { (number, chunk.image.block(chunk, cache)) }
      }
      var blocks = [Block?](repeating: nil, count: chunks.count)
      for await (number, block) in group { blocks[number] = block }
      return blocks.compactMap(\.self)
    }
  }
}
