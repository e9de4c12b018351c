import Compression
import Testing

@Suite struct CodecTests {
  @Test func snappyKnownBlock() throws {
    // Length 3, then a literal of three bytes.
    #expect(try Codec.snappy.decompress([3, 8, 97, 98, 99], outputBytes: 3) == [97, 98, 99])
  }
}
