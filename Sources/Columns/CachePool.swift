/// Entries up to a number of bytes. Where there is no room, what is forgotten makes room, then what
/// ranks lower; what finds none stays for a moment.
struct CachePool<Key: Hashable & Sendable> {
  private struct Entry {
    var value: any Sendable
    var costBytes: Int
    var rank: BoundedCache.Rank
    var lastUse: UInt64
  }

  private(set) var capacityBytes: Int
  private var entries: [Key: Entry] = [:]
  /// What the entries of each rank take.
  private var bytesOfRank = [Int](repeating: 0, count: BoundedCache.Rank.allCases.count)
  /// What there was no room for: kept for a moment, as a query that works on a unit asks for the
  /// same things several times.
  private var passing: [Key: Entry] = [:]
  private var passingBytes = 0
  /// Of the capacity.
  private var passingBytesMax: Int
  private var clock: UInt64 = 0
  private var lastForgot: UInt64 = 0
  private var hits = 0
  private var misses = 0

  /// After so many uses of others for each entry there is, an entry counts as forgotten.
  private static var forgottenAfter: UInt64 { 8 }

  init(capacityBytes: Int, passingBytesMax: Int = 0) {
    self.capacityBytes = capacityBytes
    self.passingBytesMax = passingBytesMax
  }

  /// Sets other limits for what is stored from now on.
  mutating func resize(capacityBytes: Int, passingBytesMax: Int = 0) {
    self.capacityBytes = capacityBytes
    self.passingBytesMax = passingBytesMax
  }

  var usage: BoundedCache.Usage {
    BoundedCache.Usage(
      hits: hits, misses: misses, bytes: keptBytes + passingBytes,
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
    _ value: some Sendable, for key: Key, costBytes: Int, rank: BoundedCache.Rank
  ) {
    guard costBytes <= capacityBytes / 4 else { return }
    clock += 1
    if let old = passing.removeValue(forKey: key) { passingBytes -= old.costBytes }
    drop(key)
    let entry = Entry(value: value, costBytes: costBytes, rank: rank, lastUse: clock)
    guard hasRoom(costBytes) || displace(for: costBytes, rank) else { return pass(entry, key) }
    entries[key] = entry
    bytesOfRank[rank.rawValue] += costBytes
  }

  /// Whether so many bytes can be kept without displacing what is in use.
  mutating func hasRoom(_ costBytes: Int) -> Bool {
    if keptBytes + costBytes <= keptBytesMax { return true }
    forget()
    return keptBytes + costBytes <= keptBytesMax
  }

  private var keptBytes: Int { bytesOfRank.reduce(0, +) }
  private var keptBytesMax: Int { capacityBytes - passingBytesMax }

  /// Drops what ranks lower, of the highest rank also its like, the lowest and oldest first; false,
  /// and nothing dropped, if that is not enough.
  private mutating func displace(for costBytes: Int, _ rank: BoundedCache.Rank) -> Bool {
    let others = BoundedCache.Rank.allCases.filter { $0 < rank || rank == .index }
    let bytes = others.reduce(0) { $0 + bytesOfRank[$1.rawValue] }
    guard bytes > 0, keptBytes - bytes + costBytes <= keptBytesMax else { return false }
    let sorted = entries.filter { others.contains($0.value.rank) }.sorted {
      ($0.value.rank, $0.value.lastUse) < ($1.value.rank, $1.value.lastUse)
    }
    // Make room for a while, so that not every store sorts.
    let wanted = max(costBytes, min(bytes, keptBytesMax / 16))
    for (key, _) in sorted where keptBytes + wanted > keptBytesMax { drop(key) }
    return true
  }

  /// Keeps an entry until others need its room; there are some tens of them at most.
  private mutating func pass(_ entry: Entry, _ key: Key) {
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

  /// Drops what was not used for long. Looks through the entries once in as many uses as there are.
  private mutating func forget() {
    let count = UInt64(entries.count)
    guard clock > Self.forgottenAfter * count, clock - lastForgot > count else { return }
    lastForgot = clock
    let oldest = clock - Self.forgottenAfter * count
    for (key, entry) in entries where entry.lastUse < oldest { drop(key) }
  }

  private mutating func drop(_ key: Key) {
    guard let old = entries.removeValue(forKey: key) else { return }
    bytesOfRank[old.rank.rawValue] -= old.costBytes
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
