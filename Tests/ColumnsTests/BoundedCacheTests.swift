import Columns
import TestSupport
import Testing

@Suite struct BoundedCacheTests {
  func key(_ number: Int, _ aspect: BoundedCache.Aspect = .dictionary) -> BoundedCache.Key {
    BoundedCache.Key(file: 1, rowGroup: 0, column: number, aspect: aspect)
  }

  @Test func keepsAspectsApart() {
    let cache = BoundedCache(capacityBytes: 1_000)
    cache.store("words", for: key(7), costBytes: 10)
    cache.store([1, 2], for: key(7, .pageIndex), costBytes: 10)
    #expect(cache.value(key(7)) == "words")
    #expect(cache.value(key(7, .pageIndex)) == [1, 2])
    #expect(cache.value(key(7), as: Int.self) == nil)
    #expect(cache.value(key(8), as: String.self) == nil)
  }

  @Test func replacesWhatHasTheSameKey() {
    let cache = BoundedCache(capacityBytes: 600)
    for number in 0..<100 { cache.store(number, for: key(0), costBytes: 90) }
    cache.store(-1, for: key(1), costBytes: 90)
    #expect(cache.value(key(0)) == 99)
    #expect(cache.value(key(1)) == -1)
  }

  @Test func doesNotKeepAValueLargerThanAQuarter() {
    let cache = BoundedCache(capacityBytes: 400)
    cache.store("fits", for: key(0), costBytes: 100)
    cache.store("too large", for: key(1), costBytes: 101)
    #expect(cache.value(key(0)) == "fits")
    #expect(cache.value(key(1), as: String.self) == nil)
  }

  @Test func theLeastRecentlyUsedIndexGoesFirst() {
    let cache = BoundedCache(capacityBytes: 600)
    for number in 0..<4 { cache.store(number, for: key(number), costBytes: 100) }
    #expect(cache.value(key(0)) == 0)  // now the most recently used
    cache.store(4, for: key(4), costBytes: 100)
    #expect(cache.value(key(0)) == 0)
    #expect(cache.value(key(4)) == 4)
    #expect(cache.value(key(1), as: Int.self) == nil)
    #expect(cache.value(key(2)) == 2)
  }

  /// A cache of 600 bytes keeps 400 and lets 200 pass by.
  private func fullCache() -> BoundedCache {
    let cache = BoundedCache(capacityBytes: 600)
    for number in 0..<4 {
      cache.store(number, for: key(number), costBytes: 100, rank: .dictionary)
    }
    return cache
  }

  @Test func dictionariesDisplaceOnlyTheForgotten() {
    let cache = fullCache()
    for number in 4...6 {
      #expect(!cache.hasRoom(costBytes: 100))
      cache.store(number, for: key(number), costBytes: 100, rank: .dictionary)
      #expect(cache.value(key(number)) == number, "it passes by")
    }
    #expect(cache.value(key(4), as: Int.self) == nil, "there is no room for three")
    #expect(cache.usage.bytes == 600, "what passes by counts")
    for number in 0..<4 { #expect(cache.value(key(number)) == number) }
    for _ in 0..<40 { #expect(cache.value(key(0)) == 0) }
    #expect(cache.hasRoom(costBytes: 300), "three were not used for long")
    #expect(!cache.hasRoom(costBytes: 301))
    cache.store(4, for: key(4), costBytes: 100, rank: .dictionary)
    #expect(cache.value(key(4)) == 4)
    #expect(cache.value(key(0)) == 0)
    #expect(cache.value(key(1), as: Int.self) == nil)
  }

  @Test func whatRanksLowerGivesWay() {
    let cache = BoundedCache(capacityBytes: 600)
    let levels = BoundedCache.Aspect.shape(firstRow: 0, rowCount: 9)
    for number in 0..<4 {
      cache.store(number, for: key(number, levels), costBytes: 100, rank: .levels)
    }
    cache.store(10, for: key(0), costBytes: 100, rank: .dictionary)
    #expect(cache.value(key(0)) == 10)
    #expect(cache.value(key(0, levels), as: Int.self) == nil, "the oldest went")
    for number in 1..<4 { #expect(cache.value(key(number, levels)) == number) }
    for number in 1..<4 {
      cache.store(10 + number, for: key(number), costBytes: 100, rank: .dictionary)
    }
    cache.store(0, for: key(0, levels), costBytes: 100, rank: .levels)
    #expect(cache.value(key(0, levels)) == 0, "levels pass by dictionaries")
    cache.store(0, for: key(0, .pageIndex), costBytes: 100)
    #expect(cache.value(key(0, .pageIndex)) == 0)
    #expect(cache.value(key(0), as: Int.self) == nil, "an index displaces a dictionary")
    for number in 1..<4 { #expect(cache.value(key(number)) == 10 + number) }
    #expect(cache.usage.bytes == 500)
  }

  /// A store twice as large as the cache, scanned again and again, is found in part.
  @Test func scansOfLargeStoresFindSomething() {
    let cache = BoundedCache(capacityBytes: 1_000)
    var found = 0
    for _ in 0..<10 {
      for number in 0..<20 {
        if cache.value(key(number), as: Int.self) != nil { found += 1 }
        cache.store(number, for: key(number), costBytes: 100, rank: .dictionary)
      }
    }
    // Six of twenty are kept: the rest of the room is for what passes by.
    #expect(found >= 50)
  }

  /// What a query would do: ask, decode, keep if that is wanted.
  private func read(_ cache: BoundedCache, _ number: Int) -> Bool {
    let (value, isWanted) = cache.decoded(key(number), as: Int.self)
    if value == nil, isWanted { cache.storeDecoded(number, for: key(number), costBytes: 50) }
    #expect(value == nil || value == number)
    return value != nil
  }

  @Test func decodedValuesAreKeptAtTheSecondTouch() {
    let cache = BoundedCache(capacityBytes: 1_000, decodedBytes: 200)
    #expect((0..<4).map { _ in read(cache, 1) } == [false, false, true, true])
    #expect(
      cache.decodedUsage == BoundedCache.Usage(hits: 2, misses: 2, bytes: 50, count: 1))
    #expect(cache.usage == BoundedCache.Usage())
  }

  /// Neither displaces the other, and a scan of what does not fit leaves what is in use.
  @Test func sharesAreApart() {
    let cache = BoundedCache(capacityBytes: 1_000, decodedBytes: 200)
    for _ in 0..<3 { for number in 0..<4 { _ = read(cache, number) } }
    for number in 0..<20 { cache.store(number, for: key(number), costBytes: 100) }
    #expect((0..<4).allSatisfy { read(cache, $0) })
    for _ in 0..<3 { for number in 4..<10 { _ = read(cache, number) } }
    #expect(cache.decodedUsage.bytes == 200)
    #expect((0..<4).allSatisfy { read(cache, $0) })
    #expect(cache.usage.bytes <= 800)
  }

  @Test func withoutAShareNothingDecodedIsKept() {
    let cache = BoundedCache(capacityBytes: 1_000)
    #expect((0..<4).allSatisfy { _ in !read(cache, 1) })
  }

  /// Some thousand keys are remembered: what was asked for before them is new again.
  @Test func touchesAreForgotten() {
    let cache = BoundedCache(capacityBytes: 1_000, decodedBytes: 200)
    for number in 0..<10_000 { _ = read(cache, number) }
    #expect(!cache.decoded(key(0), as: Int.self).isWanted)
    #expect(cache.decoded(key(9_999), as: Int.self).isWanted)
  }

  /// Stores of random cost, one use in between: what remains always fits.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func staysWithinItsCapacity(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let cache = BoundedCache(capacityBytes: 1_000)
    var costs: [Int: Int] = [:]
    for step in 0..<300 {
      let number = random.integer(0...30)
      let cost = random.integer(1...250)
      cache.store(cost, for: key(number), costBytes: cost)
      costs[number] = cost
      #expect(cache.value(key(number)) == cost, "step \(step): the newest is kept")
      let kept = costs.keys.compactMap { cache.value(key($0), as: Int.self) }
      #expect(kept.reduce(0, +) <= 1_000, "step \(step)")
    }
  }
}
