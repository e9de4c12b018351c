import Spans
import Storage

/// The bloom filter of a block, cut into shards (blocks.md 5).
enum BloomFilterWriter {
  private static let falsePositiveShare = 0.01
  private static let shardByteCount = 102_400
  private static let shardsMax = 1_000

  /// The bytes of every shard, all of the same size, whatever they hold.
  static func shards(_ traceIDs: [TraceID]) -> [[UInt8]] {
    // m = -n ln p / (ln 2)^2, and k = ln 2 m / n: for one false positive in a hundred 9.59 bits and
    // 7 hash functions a trace.
    let bitsPerTrace = 9.585058
    let bits = Int((Double(traceIDs.count) * bitsPerTrace).rounded(.up))
    let count = min(shardsMax, max(1, (bits + shardByteCount * 8 - 1) / (shardByteCount * 8)))
    var shards = [[UInt64]](
      repeating: [UInt64](repeating: 0, count: shardByteCount / 8), count: count)
    for id in traceIDs {
      let bytes = id.bytes
      let shard = BloomFilter.shard(of: bytes, count: count)
      let bits = BloomFilter.bits(
        of: bytes, hashCount: hashCount, bitCount: UInt64(shardByteCount * 8))
      for bit in bits { shards[shard][Int(bit / 64)] |= 1 << (bit % 64) }
    }
    return shards.map(encode)
  }

  private static let hashCount = 7

  private static func encode(_ words: [UInt64]) -> [UInt8] {
    let bitCount = UInt64(words.count * 64)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24 + words.count * 8)
    for number in [bitCount, UInt64(hashCount), bitCount] + words {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> (56 - shift)))
      }
    }
    return bytes
  }
}
