import Parquet
import Storage
import TestSupport
import Testing

@Suite struct BloomFilterTests {
  private static let one = [UInt8](repeating: 0, count: 15) + [1]

  private func header(bits: UInt64, hashes: UInt64, length: UInt64? = nil) -> [UInt8] {
    [bits, hashes, length ?? bits].flatMap { number in
      (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) }
    }
  }

  /// Asked byte by byte, without the shard in memory.
  private func read(_ shard: [UInt8], _ traceID: [UInt8]) throws(StorageError) -> Bool {
    try BloomFilter.mayContain(traceID, source: MemoryByteSource(shard), file: "bloom-0")
  }

  /// The known answers of the format's description.
  @Test func bitsOfAKnownID() throws {
    let filter = try BloomFilter(
      header(bits: 160, hashes: 7) + [UInt8](repeating: 0, count: 24), file: "bloom-0")
    #expect(filter.bits(of: Self.one) == [4, 96, 34, 149, 84, 124, 62])
    #expect(BloomFilter.shard(of: Self.one, count: 1 << 32) == 0x6969_1904)
  }

  /// Shards of the IDs 1 to 10 among three, as Tempo's own test data has them.
  @Test func shardsOfKnownIDs() {
    let shards = (1...10).map { number in
      BloomFilter.shard(of: [UInt8](repeating: 0, count: 15) + [UInt8(number)], count: 3)
    }
    #expect(shards == [2, 2, 1, 2, 1, 1, 0, 2, 1, 1])
  }

  @Test func bitsAreCountedFromTheLowEndOfBigEndianWords() throws {
    var words = [UInt8](repeating: 0, count: 24)
    // 4, 34, 62 in the first word, 84, 96, 124 in the second, 149 in the third.
    for bit in [4, 96, 34, 149, 84, 124, 62] {
      words[bit / 64 * 8 + 7 - bit % 64 / 8] |= 1 << UInt8(bit % 8)
    }
    let filter = try BloomFilter(header(bits: 160, hashes: 7) + words, file: "bloom-0")
    #expect(filter.mayContain(Self.one))
    #expect(!filter.mayContain([UInt8](repeating: 0, count: 15) + [2]))
    #expect(try read(header(bits: 160, hashes: 7) + words, Self.one))
    words[7] = 0
    let without = try BloomFilter(header(bits: 160, hashes: 7) + words, file: "bloom-0")
    #expect(!without.mayContain(Self.one))
    #expect(try !read(header(bits: 160, hashes: 7) + words, Self.one))
  }

  @Test(
    arguments: [
      (0, 7, 0, 64, 16), (64, 0, 64, 64, 8), (64, 65, 64, 64, 8), (64, 7, 63, 64, 16),
      (64, 7, 128, 64, 16), (.max, 1, .max, 64, 16), (65, 7, 65, 127, 16),
    ] as [(UInt64, UInt64, UInt64, Int, Int)])
  func contradictionsAreNamed(
    bits: UInt64, hashes: UInt64, length: UInt64, stored: Int, offset: Int
  ) {
    let bytes =
      header(bits: bits, hashes: hashes, length: length)
      + [UInt8](repeating: 0xFF, count: stored / 8)
    let error = #expect(throws: StorageError.self) { try BloomFilter(bytes, file: "bloom-0") }
    let readError = #expect(throws: StorageError.self) { try read(bytes, Self.one) }
    #expect(readError == error)
    guard case .damaged("bloom-0", offset, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func damagedFiltersAnswerOrAreRefused(seed: UInt64) throws {
    let whole = header(bits: 640, hashes: 5) + [UInt8](repeating: 0xFF, count: 80)
    var random = SplitMix(seed: seed)
    let damaged = Damage.inflicted(on: whole, using: &random)
    do throws(StorageError) {
      let filter = try BloomFilter(damaged, file: "bloom-0")
      let bits = filter.bits(of: Self.one)
      #expect(bits.allSatisfy { $0 < filter.bitCount }, "seed \(seed)")
      // Must not reach outside the bytes, whatever the answer.
      #expect(try filter.mayContain(Self.one) == read(damaged, Self.one), "seed \(seed)")
    } catch {
      #expect(error.description.hasPrefix("bloom-0, at byte"), "seed \(seed): \(error)")
    }
  }
}
