package import Parquet

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
    (bitCount, hashCount) = try Self.shape(
      header: bytes.prefix(Self.headerByteCount), byteCount: bytes.count, file: file)
    self.bytes = bytes
  }

  /// What the header says, once it agrees with the `byteCount` there are.
  private static func shape(
    header: ArraySlice<UInt8>, byteCount: Int, file: String
  ) throws(StorageError) -> (bitCount: UInt64, hashCount: Int) {
    guard header.count == headerByteCount else {
      throw .damaged(
        file: file, offset: header.count, message: "a bloom filter ends inside its header")
    }
    func number(at offset: Int) -> UInt64 {
      header.dropFirst(offset).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
    let bitCount = number(at: 0)
    guard (1...hashCountMax).contains(number(at: 8)) else {
      throw .damaged(
        file: file, offset: 8, message: "a bloom filter with \(number(at: 8)) hash functions")
    }
    let storedBits = UInt64(byteCount - headerByteCount) / 8 * 64
    guard bitCount > 0, number(at: 16) >= bitCount, number(at: 16) <= storedBits else {
      throw .damaged(
        file: file, offset: 16,
        message: "a bloom filter of \(bitCount) bits announces \(number(at: 16)) and stores "
          + "\(storedBits)")
    }
    return (bitCount, Int(number(at: 8)))
  }

  /// Whether the filter may know `traceID`; false is certain.
  package func mayContain(_ traceID: [UInt8]) -> Bool {
    bits(of: traceID).allSatisfy { bytes[Self.byte(of: $0)] & Self.mask(of: $0) != 0 }
  }

  /// The same of a shard that is not in memory: the header is read, and the bytes the ID hashes to
  /// up to the first that says no. For one trace; who looks for several reads the shard once.
  package static func mayContain(
    _ traceID: [UInt8], source: any ByteSource, file: String
  ) throws(StorageError) -> Bool {
    func read(_ range: Range<Int>) throws(StorageError) -> [UInt8] {
      do throws(ByteSourceError) {
        return try source.read(range)
      } catch {
        throw .unreadable(path: file, reason: error.message)
      }
    }
    let header = try read(0..<min(headerByteCount, source.byteCount))
    let (bitCount, hashCount) = try shape(
      header: header[...], byteCount: source.byteCount, file: file)
    for bit in bits(of: traceID, hashCount: hashCount, bitCount: bitCount) {
      let place = byte(of: bit)
      if try read(place..<place + 1)[0] & mask(of: bit) == 0 { return false }
    }
    return true
  }

  /// Where the byte of a bit lies.
  private static func byte(of bit: UInt64) -> Int {
    headerByteCount + Int(bit / 64) * 8 + 7 - Int(bit % 64) / 8
  }

  private static func mask(of bit: UInt64) -> UInt8 { 1 << UInt8(bit % 8) }

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
