import Synchronization

/// Counts added up from several threads.
final class TagCounter<Item: Hashable & Sendable>: Sendable {
  private let counts = Mutex<[Item: Int]>([:])

  func add(_ found: [Item: Int]) {
    counts.withLock { $0.merge(found) { $0 + $1 } }
  }

  var isEmpty: Bool { counts.withLock { $0.isEmpty } }

  /// The most frequent first; `precedes` orders equals.
  func sorted(_ precedes: (Item, Item) -> Bool) -> [(item: Item, count: Int)] {
    counts.withLock { Array($0) }
      .sorted { $0.value != $1.value ? $0.value > $1.value : precedes($0.key, $1.key) }
      .map { ($0.key, $0.value) }
  }
}
