import Synchronization

/// What reading cost, summed over all threads of a query, and the way to stop it.
package final class ReadStatistics: Sendable {
  private let bytes = Atomic<Int>(0)
  private let pages = Atomic<Int>(0)
  private let pruned = Atomic<Int>(0)
  private let dictionary = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private let hook: (@Sendable () -> Bool)?
  private let parent: ReadStatistics?

  /// `isCancelled` is asked before every page, beside `cancel()`.
  package init(isCancelled hook: (@Sendable () -> Bool)? = nil) {
    self.hook = hook
    parent = nil
  }

  /// Of a part of a query: what is added here is added to `parent` too, which also says when to
  /// stop.
  package init(parent: ReadStatistics) {
    hook = { parent.isCancelled }
    self.parent = parent
  }

  /// Bytes fetched from the source, page indexes and dictionaries included.
  package var bytesRead: Int { bytes.load(ordering: .relaxed) }
  /// Data pages decoded.
  package var pagesRead: Int { pages.load(ordering: .relaxed) }
  /// Data pages that bounds or dictionaries made unnecessary.
  package var pagesPruned: Int { pruned.load(ordering: .relaxed) }
  /// Bytes of decoded dictionaries.
  package var dictionaryBytes: Int { dictionary.load(ordering: .relaxed) }

  /// Makes every read that uses these statistics end with a `cancelled` error at its next page.
  package func cancel() { stopped.store(true, ordering: .relaxed) }
  package var isCancelled: Bool { stopped.load(ordering: .relaxed) || hook?() == true }

  func addBytes(_ count: Int) {
    bytes.add(count, ordering: .relaxed)
    parent?.addBytes(count)
  }

  func addPages(_ count: Int) {
    pages.add(count, ordering: .relaxed)
    parent?.addPages(count)
  }

  func addPruned(_ count: Int) {
    pruned.add(count, ordering: .relaxed)
    parent?.addPruned(count)
  }

  func addDictionary(_ count: Int) {
    dictionary.add(count, ordering: .relaxed)
    parent?.addDictionary(count)
  }
}
