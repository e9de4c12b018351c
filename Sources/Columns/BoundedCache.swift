import Synchronization

/// Things worth keeping between queries, up to a number of bytes; the least recently used go first.
package final class BoundedCache: Sendable {
  /// What is cached: a file (its serial number), a row group, a column, and which aspect of it.
  package struct Key: Hashable, Sendable {
    package var file: Int
    package var rowGroup: Int
    package var column: Int
    package var aspect: Aspect

    package init(file: Int, rowGroup: Int, column: Int, aspect: Aspect) {
      self.file = file
      self.rowGroup = rowGroup
      self.column = column
      self.aspect = aspect
    }
  }

  package enum Aspect: Hashable, Sendable {
    /// Rows of the row group that hold an attribute key.
    case keyRows(String)
    case pageIndex, dictionary
    case shape(firstRow: Int, rowCount: Int)
    /// Owners of the values of a list column: its levels, decoded once.
    case owners(firstRow: Int, rowCount: Int)
    /// Where the attributes of each row begin, of a column of keys.
    case attributesOfRow(firstRow: Int, rowCount: Int)
    /// Where the entries of each row begin, of a column of keys; nulls included.
    case entriesOfRow(firstRow: Int, rowCount: Int)
    case sharedTraces
  }

  private struct Entry {
    var value: any Sendable
    var costBytes: Int
    var lastUse: UInt64
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var totalBytes = 0
    var clock: UInt64 = 0
    var hits = 0
    var misses = 0

    /// Drops what was not used during the last `age` uses.
    mutating func forget(before age: UInt64) {
      guard clock > age else { return }
      let oldest = clock - age
      for (key, entry) in entries where entry.lastUse < oldest {
        entries[key] = nil
        totalBytes -= entry.costBytes
      }
    }
  }

  package let capacityBytes: Int
  private let state = Mutex(State())

  package init(capacityBytes: Int) { self.capacityBytes = capacityBytes }

  /// What it holds, and how often it was of use.
  package var usage: (hits: Int, misses: Int, bytes: Int, count: Int) {
    state.withLock { ($0.hits, $0.misses, $0.totalBytes, $0.entries.count) }
  }

  package func value<Value: Sendable>(_ key: Key, as: Value.Type = Value.self) -> Value? {
    state.withLock { state in
      guard var entry = state.entries[key] else {
        state.misses += 1
        return nil
      }
      state.hits += 1
      state.clock += 1
      entry.lastUse = state.clock
      state.entries[key] = entry
      return entry.value as? Value
    }
  }

  /// After so many uses of others for each entry there is, an entry counts as forgotten.
  private static let forgottenAfter: UInt64 = 8

  /// Stores `value`; a value larger than a quarter of the cache is not kept.
  ///
  /// `yields`: where there is no room, only what is forgotten makes room for it. For what every
  /// scan of a large store passes once: if each displaced the oldest, none would still be there
  /// when the next scan comes by.
  package func store(
    _ value: some Sendable, for key: Key, costBytes: Int, yields: Bool = false
  ) {
    guard costBytes <= capacityBytes / 4 else { return }
    state.withLock { state in
      state.clock += 1
      if yields, state.entries[key] == nil, state.totalBytes + costBytes > capacityBytes {
        state.forget(before: Self.forgottenAfter * UInt64(state.entries.count))
        if state.totalBytes + costBytes > capacityBytes { return }
      }
      if let old = state.entries[key] { state.totalBytes -= old.costBytes }
      state.entries[key] = Entry(value: value, costBytes: costBytes, lastUse: state.clock)
      state.totalBytes += costBytes
      guard state.totalBytes > capacityBytes else { return }
      for (key, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
        state.entries[key] = nil
        state.totalBytes -= entry.costBytes
        // Make room for a while, so that not every store sorts.
        if state.totalBytes <= capacityBytes * 3 / 4 { break }
      }
    }
  }
}
