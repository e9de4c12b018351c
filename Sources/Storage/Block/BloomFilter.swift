/// One shard of a block's bloom filter over trace IDs.
///
///     ┌ m: bits ─┐┌ k: hashes ┐┌ L: length ┐┌ words of 64 bits, lowest bit first ┐
///     │ 8 bytes  ││ 8 bytes   ││ 8 bytes   ││ ceil(L / 64) × 8 bytes             │
///
/// All numbers are big-endian. Only the header is kept here; the bits that matter are read singly.
package struct BloomFilter: Sendable, Equatable {
  static let headerByteCount = 24
  /// More hash functions than any writer would use; more would only be a way to keep us busy.
  private static let hashCountMax: UInt64 = 64

  /// Bits that are hashed onto.
  package let bitCount: UInt64
  package let hashCount: Int

  /// Reads the header; `byteCount` is the length of the whole object.
  package init(
    header: [UInt8], byteCount: Int, file: String
  ) throws(StorageError) {
    guard header.count >= Self.headerByteCount, byteCount >= Self.headerByteCount else {
      throw .damaged(
        file: file, offset: byteCount, message: "a bloom filter ends inside its header")
    }
    func number(at offset: Int) -> UInt64 {
      header[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    bitCount = number(at: 0)
    guard (1...Self.hashCountMax).contains(number(at: 8)) else {
      throw .damaged(
        file: file, offset: 8, message: "a bloom filter with \(number(at: 8)) hash functions")
    }
    hashCount = Int(number(at: 8))
    let storedBits = UInt64(byteCount - Self.headerByteCount) * 8
    guard bitCount > 0, number(at: 16) >= bitCount, number(at: 16) <= storedBits else {
      throw .damaged(
        file: file, offset: 16,
        message: "a bloom filter of \(bitCount) bits announces \(number(at: 16)) and stores "
          + "\(storedBits)")
    }
  }

  /// The bits that are all set if the filter knows `traceID`.
  package func bits(of traceID: [UInt8]) -> [UInt64] {
    let (h0, h1) = Murmur3.hash(traceID)
    let (h2, h3) = Murmur3.hash(traceID + [1])
    let h = [h0, h1, h2, h3]
    return (0..<hashCount).map { i in
      let factor = h[2 + (i + i % 2) % 4 / 2]
      return (h[i % 2] &+ UInt64(i) &* factor) % bitCount
    }
  }

  /// Which byte of the object holds `bit`, and the bit's place in it.
  static func place(of bit: UInt64) -> (byte: Int, mask: UInt8) {
    let word = Int(bit / 64)
    let inWord = Int(bit % 64)
    return (headerByteCount + word * 8 + 7 - inWord / 8, 1 << UInt8(inWord % 8))
  }

  /// The shard that holds `traceID`: FNV-1, 32 bits.
  package static func shard(of traceID: [UInt8], count: Int) -> Int {
    precondition(count > 0, "a block has at least one shard")
    return Int(fnv1(traceID)) % count
  }

  static func fnv1(_ bytes: [UInt8]) -> UInt32 {
    bytes.reduce(2_166_136_261) { ($0 &* 16_777_619) ^ UInt32($1) }
  }
}
