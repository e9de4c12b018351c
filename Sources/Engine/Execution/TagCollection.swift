import Columns
import Synchronization
import TraceQL

/// Distinct names or values found by several workers, until there are enough.
final class TagCollection<Tag: Hashable & Sendable>: Sendable {
  private struct State {
    var found: Set<Tag> = []
    var bytes = 0
    /// Known ones since the last that was new.
    var staleCount = 0
    var isTooLarge = false
  }

  private let state = Mutex(State())
  private let bytesMax: Int?
  private let staleMax: Int?
  private let size: @Sendable (Tag) -> Int

  /// `size` is what a tag counts towards the limit of bytes.
  init(_ limits: QueryLimits, size: @escaping @Sendable (Tag) -> Int) {
    bytesMax = limits.tagBytesMax
    staleMax = limits.staleTagsMax
    self.size = size
  }

  /// Whether looking further is of no use.
  var isFull: Bool {
    state.withLock { $0.isTooLarge || $0.staleCount >= staleMax ?? .max }
  }

  /// Takes what one place holds. Whether it tells anything new is asked of all of it: a place has
  /// no order.
  func add(_ tags: some Sequence<Tag>) {
    state.withLock { state in
      let before = (count: state.found.count, stale: state.staleCount)
      var count = 0
      for tag in tags {
        count += 1
        if state.found.insert(tag).inserted, bytesMax != nil { state.bytes += size(tag) }
      }
      state.staleCount = state.found.count > before.count ? 0 : before.stale + count
      state.isTooLarge = state.bytes > bytesMax ?? .max
    }
  }

  /// What was found in that order, as far as there is room for it.
  func tags(sortedBy areInOrder: (Tag, Tag) -> Bool) -> [Tag] {
    let sorted = state.withLock { $0.found }.sorted(by: areInOrder)
    guard let bytesMax else { return sorted }
    var bytes = 0
    return Array(
      sorted.prefix {
        bytes += size($0)
        return bytes <= bytesMax
      })
  }

  /// Why not all of them are there; empty if they are, or if the client wanted no more.
  var partialReasons: [String] {
    guard let bytesMax, state.withLock({ $0.isTooLarge }) else { return [] }
    return ["more than \(bytesMax) bytes of names or values; the others are left out"]
  }
}
