/// MurmurHash3, the x64 variant with 128 bits, seed 0: what bloom filters of blocks are made with.
enum Murmur3 {
  static func hash(_ bytes: [UInt8]) -> (UInt64, UInt64) {
    var h1: UInt64 = 0
    var h2: UInt64 = 0
    let blockCount = bytes.count / 16
    for block in 0..<blockCount {
      h1 ^= mix1(littleEndian(bytes, block * 16..<block * 16 + 8))
      h1 = (rotate(h1, 27) &+ h2) &* 5 &+ 0x52DC_E729
      h2 ^= mix2(littleEndian(bytes, block * 16 + 8..<block * 16 + 16))
      h2 = (rotate(h2, 31) &+ h1) &* 5 &+ 0x3849_5AB5
    }
    let tail = blockCount * 16
    let middle = min(tail + 8, bytes.count)
    if middle < bytes.count { h2 ^= mix2(littleEndian(bytes, middle..<bytes.count)) }
    if tail < middle { h1 ^= mix1(littleEndian(bytes, tail..<middle)) }
    h1 ^= UInt64(bytes.count)
    h2 ^= UInt64(bytes.count)
    h1 &+= h2
    h2 &+= h1
    h1 = finish(h1)
    h2 = finish(h2)
    h1 &+= h2
    return (h1, h2 &+ h1)
  }

  private static func littleEndian(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func rotate(_ x: UInt64, _ bits: UInt64) -> UInt64 { x << bits | x >> (64 - bits) }

  private static func mix1(_ k: UInt64) -> UInt64 {
    rotate(k &* 0x87C3_7B91_1142_53D5, 31) &* 0x4CF5_AD43_2745_937F
  }

  private static func mix2(_ k: UInt64) -> UInt64 {
    rotate(k &* 0x4CF5_AD43_2745_937F, 33) &* 0x87C3_7B91_1142_53D5
  }

  private static func finish(_ value: UInt64) -> UInt64 {
    var k = value
    k ^= k >> 33
    k &*= 0xFF51_AFD7_ED55_8CCD
    k ^= k >> 33
    k &*= 0xC4CE_B9FE_1A85_EC53
    return k ^ k >> 33
  }
}
