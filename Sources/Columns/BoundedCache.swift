import Synchronization

/// Things worth keeping between queries, up to a number of bytes: all it holds counts. Structure
/// and decoded values have a share each, so that neither displaces the other.
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
    /// That a dictionary was looked through once without being kept.
    case asked
    /// That a dictionary does not have this entry.
    case absence([UInt8])
    case shape(firstRow: Int, rowCount: Int)
    /// The same of some ranges of rows.
    case shapeOfRanges([Range<Int>])
    /// That the shape of some of the rows was asked for once.
    case shapeAsked(firstRow: Int, rowCount: Int)
    /// Owners of the values of a list column: its levels, decoded once.
    case owners(firstRow: Int, rowCount: Int)
    /// Where the attributes of each row begin, of a column of keys.
    case attributesOfRow(firstRow: Int, rowCount: Int)
    /// Where the entries of each row begin, of a column of keys; nulls included.
    case entriesOfRow(firstRow: Int, rowCount: Int)
    case sharedTraces
    /// Decoded values of the pages with these rows; `ofElements`: with the owner of each.
    case values(firstRow: Int, rowCount: Int, ofElements: Bool)
    /// The same of some ranges of rows.
    case valuesOfRanges([Range<Int>], ofElements: Bool)
  }

  /// What gives way to what, where there is no room: a byte of a higher rank is dearer to make
  /// again, and fewer of them are asked for.
  package enum Rank: Int, Sendable, Comparable, CaseIterable {
    /// Levels, decoded.
    case levels
    case dictionary
    /// Page indexes and notes: small, and each query's way to the rest. The least recently used go
    /// first.
    case index

    package static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
  }

  /// How often something was found, and what is held.
  package struct Usage: Sendable, Equatable {
    package var hits = 0
    package var misses = 0
    package var bytes = 0
    package var count = 0

    package init(hits: Int = 0, misses: Int = 0, bytes: Int = 0, count: Int = 0) {
      self.hits = hits
      self.misses = misses
      self.bytes = bytes
      self.count = count
    }
  }

  private struct State {
    var structure: CachePool<Key>
    var decoded: CachePool<Key>
    var touched = TouchedKeys<Key>()
  }

  private let state: Mutex<State>

  /// Of the structure, what a few workers ask for again while they work on a unit each.
  private static let passingBytesMax = 16 << 20

  /// Of `capacityBytes`, `decodedBytes` are for decoded values, the rest for structure.
  package init(capacityBytes: Int, decodedBytes: Int = 0) {
    state = Mutex(
      State(structure: CachePool(capacityBytes: 0), decoded: CachePool(capacityBytes: 0)))
    resize(capacityBytes: capacityBytes, decodedBytes: decodedBytes)
  }

  /// Sets other limits, for what is stored from now on.
  package func resize(capacityBytes: Int, decodedBytes: Int = 0) {
    let decodedBytes = min(decodedBytes, capacityBytes)
    let structureBytes = capacityBytes - decodedBytes
    state.withLock {
      $0.structure.resize(
        capacityBytes: structureBytes,
        passingBytesMax: min(structureBytes / 3, Self.passingBytesMax))
      $0.decoded.resize(capacityBytes: decodedBytes)
    }
  }

  /// Of footers, page indexes, dictionaries and decoded levels.
  package var usage: Usage { state.withLock { $0.structure.usage } }
  /// Of decoded values.
  package var decodedUsage: Usage { state.withLock { $0.decoded.usage } }

  /// Whether there is an entry, without counting as a use of it.
  package func holds(_ key: Key) -> Bool { state.withLock { $0.structure.holds(key) } }

  package func value<Value: Sendable>(_ key: Key, as: Value.Type = Value.self) -> Value? {
    state.withLock { $0.structure.value(key) } as? Value
  }

  /// Stores `value`; a value larger than a quarter of the cache is not kept.
  ///
  /// Where there is no room, what is forgotten makes room for it, and what ranks lower, or else it
  /// stays for a moment. Every scan of a large store passes each dictionary once: if each displaced
  /// the oldest, none would still be there when the next scan comes by.
  package func store(
    _ value: some Sendable, for key: Key, costBytes: Int, rank: Rank = .index
  ) {
    state.withLock { $0.structure.store(value, for: key, costBytes: costBytes, rank: rank) }
  }

  /// Whether so many bytes of levels would be kept: where not, only those that a query needs itself
  /// are worth decoding.
  package func hasRoom(costBytes: Int) -> Bool {
    state.withLock { $0.structure.hasRoom(costBytes) }
  }
}

// MARK: Decoded values

extension BoundedCache {
  /// Decoded values under `key`, or whether they are worth keeping now: when they are asked for the
  /// second time. What one query reads, and none after it, displaces nothing.
  package func decoded<Value: Sendable>(
    _ key: Key, as: Value.Type = Value.self
  ) -> (value: Value?, isWanted: Bool) {
    let (value, isWanted) = state.withLock { state -> ((any Sendable)?, Bool) in
      guard state.decoded.capacityBytes > 0 else { return (nil, false) }
      if let value = state.decoded.value(key) { return (value, false) }
      return (nil, !state.touched.insert(key))
    }
    return (value as? Value, isWanted)
  }

  /// Whether there are decoded values, without counting as a use of them.
  package func holdsDecoded(_ key: Key) -> Bool { state.withLock { $0.decoded.holds(key) } }

  /// Keeps decoded values that are wanted.
  package func storeDecoded(_ value: some Sendable, for key: Key, costBytes: Int) {
    state.withLock { $0.decoded.store(value, for: key, costBytes: costBytes, rank: .levels) }
  }
}
