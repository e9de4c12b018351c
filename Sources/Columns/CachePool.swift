/// Entries up to a number of bytes; the least recently used go first.
struct CachePool<Key: Hashable & Sendable> {
  private struct Entry {
    var value: any Sendable
    var costBytes: Int
    var lastUse: UInt64
  }

  let capacityBytes: Int
  private var entries: [Key: Entry] = [:]
  private var totalBytes = 0
  private var clock: UInt64 = 0
  private var hits = 0
  private var misses = 0

  /// After so many uses of others for each entry there is, an entry counts as forgotten.
  private static var forgottenAfter: UInt64 { 8 }

  init(capacityBytes: Int) { self.capacityBytes = capacityBytes }

  var usage: BoundedCache.Usage {
    BoundedCache.Usage(hits: hits, misses: misses, bytes: totalBytes, count: entries.count)
  }

  func holds(_ key: Key) -> Bool { entries[key] != nil }

  mutating func value(_ key: Key) -> (any Sendable)? {
    guard let place = entries.index(forKey: key) else {
      misses += 1
      return nil
    }
    hits += 1
    clock += 1
    entries.values[place].lastUse = clock
    return entries.values[place].value
  }

  /// See `BoundedCache.store`.
  mutating func store(
    _ value: some Sendable, for key: Key, costBytes: Int, yields: Bool
  ) {
    guard costBytes <= capacityBytes / 4 else { return }
    clock += 1
    if yields, entries[key] == nil, totalBytes + costBytes > capacityBytes {
      forget(before: Self.forgottenAfter * UInt64(entries.count))
      if totalBytes + costBytes > capacityBytes { return }
    }
    if let old = entries[key] { totalBytes -= old.costBytes }
    entries[key] = Entry(value: value, costBytes: costBytes, lastUse: clock)
    totalBytes += costBytes
    guard totalBytes > capacityBytes else { return }
    for (key, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      entries[key] = nil
      totalBytes -= entry.costBytes
      // Make room for a while, so that not every store sorts.
      if totalBytes <= capacityBytes * 3 / 4 { break }
    }
  }

  /// Drops what was not used during the last `age` uses.
  private mutating func forget(before age: UInt64) {
    guard clock > age else { return }
    let oldest = clock - age
    for (key, entry) in entries where entry.lastUse < oldest {
      entries[key] = nil
      totalBytes -= entry.costBytes
    }
  }
}

/// The keys that were asked for lately: some thousand, whatever there are.
struct TouchedKeys<Key: Hashable & Sendable> {
  private var recent: Set<Key> = []
  private var older: Set<Key> = []

  static var countMax: Int { 4_096 }

  /// Remembers `key`; false if it is known already.
  mutating func insert(_ key: Key) -> Bool {
    if recent.contains(key) { return false }
    if recent.count >= Self.countMax { (recent, older) = ([], recent) }
    recent.insert(key)
    return !older.contains(key)
  }
}
