import Synchronization

/// What reading cost, summed over all threads of a query, what it holds, and the way to stop it.
package final class ReadStatistics: Sendable {
  private let bytes = Atomic<Int>(0)
  private let pages = Atomic<Int>(0)
  private let pruned = Atomic<Int>(0)
  private let dictionary = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private let hook: (@Sendable () -> Bool)?
  /// What this is a part of; counts everything, too.
  private let whole: ReadStatistics?
  private let memory: MemoryBudget?
  /// Bytes taken from `memory` for as long as this lives.
  private let held = Atomic<Int>(0)

  /// `isCancelled` is asked before every page, beside `cancel()`. Without `memory` there is no
  /// limit to what is held.
  package init(memory: MemoryBudget? = nil, isCancelled hook: (@Sendable () -> Bool)? = nil) {
    self.hook = hook
    self.memory = memory
    whole = nil
  }

  private init(partOf whole: ReadStatistics) {
    self.whole = whole
    memory = whole.memory
    hook = whole.hook
  }

  deinit { memory?.give(held.load(ordering: .relaxed)) }

  /// Statistics of one piece of work: what it reads counts with the whole too, and the memory it
  /// takes is given back when the piece is done and these are released.
  package func part() -> ReadStatistics { ReadStatistics(partOf: self) }

  /// Bytes fetched from the source, page indexes and dictionaries included.
  package var bytesRead: Int { bytes.load(ordering: .relaxed) }
  /// Data pages decoded.
  package var pagesRead: Int { pages.load(ordering: .relaxed) }
  /// Data pages that bounds or dictionaries made unnecessary.
  package var pagesPruned: Int { pruned.load(ordering: .relaxed) }
  /// Bytes of decoded dictionaries.
  package var dictionaryBytes: Int { dictionary.load(ordering: .relaxed) }

  /// Makes every read that uses these statistics end with a `cancelled` error at its next page.
  package func cancel() {
    stopped.store(true, ordering: .relaxed)
    whole?.cancel()
  }

  package var isCancelled: Bool {
    stopped.load(ordering: .relaxed) || whole?.isCancelled ?? (hook?() == true)
  }

  func addBytes(_ count: Int) {
    bytes.add(count, ordering: .relaxed)
    whole?.addBytes(count)
  }

  func addPages(_ count: Int) {
    pages.add(count, ordering: .relaxed)
    whole?.addPages(count)
  }

  func addPruned(_ count: Int) {
    pruned.add(count, ordering: .relaxed)
    whole?.addPruned(count)
  }

  func addDictionary(_ count: Int) {
    dictionary.add(count, ordering: .relaxed)
    whole?.addDictionary(count)
  }
}

// MARK: Memory

extension ReadStatistics {
  /// Most bytes of the query's memory, nil if nobody set a limit.
  package var memoryBytesMax: Int? { memory?.bytesMax }

  /// Takes `count` bytes of the query's memory until these statistics are released, or none and
  /// says no. Callers ask once for a column, a page or a table, not for a row.
  package func takeMemory(_ count: Int) -> Bool {
    guard let memory, count > 0 else { return true }
    guard memory.take(count) else { return false }
    held.wrappingAdd(count, ordering: .relaxed)
    return true
  }

  /// Gives back early what was taken and is no longer held.
  package func giveMemory(_ count: Int) {
    guard let memory, count > 0 else { return }
    held.wrappingSubtract(count, ordering: .relaxed)
    memory.give(count)
  }

  /// Takes memory for what a decoder is about to write.
  func charge(_ count: Int) throws(DecodingFailure) {
    guard takeMemory(count) else { throw .memory(memoryBytesMax ?? 0) }
  }
}
