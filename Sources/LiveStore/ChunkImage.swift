import BlockWriter
import Columns
import Spans
import Storage
import Synchronization

/// A chunk as a block in memory, so that nothing reads live spans in another way than stored ones.
///
/// It lives as long as its chunk, and encodes what queries read of it, once. That of a chunk that
/// has grown is made anew for what it has by then.
final class ChunkImage: Sendable {
  private struct Made: Sendable {
    var spanCount: Int
    var image: Image
  }

  /// Made by the first who asks, while others wait for this one only.
  private final class Image: Sendable {
    let content = Mutex<DeferredBlock??>(nil)
  }

  private let made = Mutex<Made?>(nil)

  /// The block of what `view` shows; nil if these are no spans.
  func block(_ view: ChunkView, _ cache: BoundedCache) -> Block? {
    let image = made.withLock { made in
      if let made, made.spanCount == view.spanCount { return made.image }
      let fresh = Image()
      // Who took a look a moment earlier, with fewer spans, must not undo this.
      if (made?.spanCount ?? 0) < view.spanCount {
        if made != nil { view.memory.forgetImage() }
        made = Made(spanCount: view.spanCount, image: fresh)
      }
      return fresh
    }
    return image.content.withLock { content in
      if let known = content { return known?.block }
      var table = view.table
      table.truncate(to: view.durable)
      let id = BlockID.random()
      let fresh = DeferredBlock(
        table, BlockIdentity(blockID: id, tenant: view.tenant), name: "live spans \(id)",
        cache: cache, keeps: { [memory = view.memory] in memory.add(imageBytes: $0) })
      content = .some(fresh)
      return fresh?.block
    }
  }
}
