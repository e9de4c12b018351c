import CZlib

/// CRC-32 as Parquet's page headers carry it (IEEE polynomial, as gzip's).
package enum Checksum {
  package static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var sum: UInt = 0
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      sum = CZlib.crc32(
        sum, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(piece.count))
      rest = rest.dropFirst(piece.count)
    }
    return UInt32(truncatingIfNeeded: sum)
  }
}
