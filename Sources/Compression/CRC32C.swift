import CChecksum

/// CRC-32C (Castagnoli), eight bytes a step: what says of a record that it is as it was written.
package enum CRC32C {
  /// Table `k` has the remainders of a byte with `k` zero bytes behind it.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var remainder = UInt32(byte)
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0x82F6_3B78 : remainder >> 1
      }
      tables[byte] = remainder
    }
    for table in 1..<8 {
      for byte in 0..<256 {
        let before = tables[(table - 1) * 256 + byte]
        tables[table * 256 + byte] = before >> 8 ^ tables[Int(before & 0xFF)]
      }
    }
    return tables
  }()

  package static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
    bytes.withContiguousStorageIfAvailable { checksum(UnsafeRawBufferPointer($0)) }
      ?? checksum(Array(bytes))
  }

  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard checksum_crc32c_supported() else { return checksumByTables(bytes) }
    guard let start = bytes.baseAddress else { return 0 }
    return ~checksum_crc32c(.max, start.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  /// The same for processors without an instruction for it.
  package static func checksumByTables(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      var sum = UInt32.max
      var position = 0
      while position + 8 <= bytes.count {
        let word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let mixed = word ^ UInt64(sum)
        sum = 0
        for step in 0..<8 {
          let byte = Int(truncatingIfNeeded: mixed >> UInt64(8 * step)) & 0xFF
          sum ^= tables[(7 - step) * 256 + byte]
        }
        position += 8
      }
      while position < bytes.count {
        sum = sum >> 8 ^ tables[Int((sum ^ UInt32(bytes[position])) & 0xFF)]
        position += 1
      }
      return ~sum
    }
  }
}
