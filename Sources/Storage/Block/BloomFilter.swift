/// One shard of a block's bloom filter over trace IDs.
///
///     ┌ m: bits ─┐┌ k: hashes ┐┌ L: length ┐┌ words of 64 bits, lowest bit first ┐
///     │ 8 bytes  ││ 8 bytes   ││ 8 bytes   ││ ceil(L / 64) × 8 bytes             │
///
/// All numbers are big-endian.
package struct BloomFilter: Sendable, Equatable {
  private static let headerByteCount = 24
  /// More hash functions than any writer would use; more would only be a way to keep us busy.
  private static let hashCountMax: UInt64 = 64

  /// Bits that are hashed onto.
  package let bitCount: UInt64
  package let hashCount: Int

  private let bytes: [UInt8]

  /// Reads the bytes of a shard; `file` names it in errors.
  package init(_ bytes: [UInt8], file: String) throws(StorageError) {
    guard bytes.count >= Self.headerByteCount else {
      throw .damaged(
        file: file, offset: bytes.count, message: "a bloom filter ends inside its header")
    }
    func number(at offset: Int) -> UInt64 {
      bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.bytes = bytes
    bitCount = number(at: 0)
    guard (1...Self.hashCountMax).contains(number(at: 8)) else {
      throw .damaged(
        file: file, offset: 8, message: "a bloom filter with \(number(at: 8)) hash functions")
    }
    hashCount = Int(number(at: 8))
    let storedBits = UInt64(bytes.count - Self.headerByteCount) / 8 * 64
    guard bitCount > 0, number(at: 16) >= bitCount, number(at: 16) <= storedBits else {
      throw .damaged(
        file: file, offset: 16,
        message: "a bloom filter of \(bitCount) bits announces \(number(at: 16)) and stores "
          + "\(storedBits)")
    }
  }

  /// Whether the filter may know `traceID`; false is certain.
  package func mayContain(_ traceID: [UInt8]) -> Bool {
    bits(of: traceID).allSatisfy { bit in
      let inWord = Int(bit % 64)
      let byte = Self.headerByteCount + Int(bit / 64) * 8 + 7 - inWord / 8
      return bytes[byte] & 1 << UInt8(inWord % 8) != 0
    }
  }

  /// The bits that are all set if the filter knows `traceID`.
  package func bits(of traceID: [UInt8]) -> [UInt64] {
    Self.bits(of: traceID, hashCount: hashCount, bitCount: bitCount)
  }

  /// The bits of a trace ID in a filter of `bitCount` bits.
  package static func bits(of traceID: [UInt8], hashCount: Int, bitCount: UInt64) -> [UInt64] {
    let (h0, h1) = Murmur3.hash(traceID)
    let (h2, h3) = Murmur3.hash(traceID + [1])
    let h = [h0, h1, h2, h3]
    return (0..<hashCount).map { i in
      let factor = h[2 + (i + i % 2) % 4 / 2]
      return (h[i % 2] &+ UInt64(i) &* factor) % bitCount
    }
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
