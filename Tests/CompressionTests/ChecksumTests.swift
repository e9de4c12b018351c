import Compression
import Testing

@Suite struct ChecksumTests {
  /// RFC 3720, B.4, and the check value of the polynomial.
  @Test func checksumsAreThoseOfTheStandard() {
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 3) }
    for start in 0..<9 {
      for end in [start, start + 1, start + 7, start + 8, start + 65, 1_000] {
        bytes[start..<end].withUnsafeBytes { some in
          #expect(CRC32C.checksum(some) == CRC32C.checksumByTables(some))
        }
      }
    }
  }
}
