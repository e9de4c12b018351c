/// Entries up to a number of bytes; the least recently used go first.
struct CachePool<Key: Hashable & Sendable> {
  private struct Entry {
    var value: any Sendable
    var costBytes: Int
    var lastUse: UInt64
  }

  private(set) var capacityBytes: Int
  private var entries: [Key: Entry] = [:]
  private var totalBytes = 0
  /// What there was no room for: kept for a moment, as a query that works on a unit asks for the
  /// same things several times.
  private var passing: [Key: Entry] = [:]
  private var passingBytes = 0
  private var passingBytesMax: Int
  private var clock: UInt64 = 0
  private var hits = 0
  private var misses = 0

  /// After so many uses of others for each entry there is, an entry counts as forgotten.
  private static var forgottenAfter: UInt64 { 8 }

  /// Sets other limits for what is stored from now on.
  mutating func resize(capacityBytes: Int, passingBytesMax: Int = 0) {
    self.capacityBytes = capacityBytes
    self.passingBytesMax = passingBytesMax
  }

  /// What is passing comes on top of the capacity.
  init(capacityBytes: Int, passingBytesMax: Int = 0) {
    self.capacityBytes = capacityBytes
    self.passingBytesMax = passingBytesMax
  }

  var usage: BoundedCache.Usage {
    BoundedCache.Usage(
      hits: hits, misses: misses, bytes: totalBytes + passingBytes,
      count: entries.count + passing.count)
  }

  func holds(_ key: Key) -> Bool { entries[key] != nil || passing[key] != nil }

  mutating func value(_ key: Key) -> (any Sendable)? {
    if let place = entries.index(forKey: key) {
      hits += 1
      clock += 1
      entries.values[place].lastUse = clock
      return entries.values[place].value
    }
    if let place = passing.index(forKey: key) {
      hits += 1
      clock += 1
      passing.values[place].lastUse = clock
      return passing.values[place].value
    }
    misses += 1
    return nil
  }

  /// See `BoundedCache.store`.
  mutating func store(
    _ value: some Sendable, for key: Key, costBytes: Int, yields: Bool
  ) {
    guard costBytes <= capacityBytes / 4 else { return }
    clock += 1
    if yields, entries[key] == nil, totalBytes + costBytes > capacityBytes {
      forget(before: Self.forgottenAfter * UInt64(entries.count))
      if totalBytes + costBytes > capacityBytes {
        pass(Entry(value: value, costBytes: costBytes, lastUse: clock), key)
        return
      }
    }
    if let old = passing.removeValue(forKey: key) { passingBytes -= old.costBytes }
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

  /// Keeps an entry until others need its room; there are some tens of them at most.
  private mutating func pass(_ entry: Entry, _ key: Key) {
    if let old = passing.removeValue(forKey: key) { passingBytes -= old.costBytes }
    guard entry.costBytes <= passingBytesMax else { return }
    while passingBytes + entry.costBytes > passingBytesMax,
      let oldest = passing.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      passing[oldest.key] = nil
      passingBytes -= oldest.value.costBytes
    }
    passing[key] = entry
    passingBytes += entry.costBytes
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
