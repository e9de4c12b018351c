import Compression
import Testing

/// Known compressed bytes (from python's zlib, and the format descriptions), and lies about sizes.
@Suite struct CodecTests {
  static let text = Array("traces, traces, traces, traces".utf8)

  /// The text compressed by python-snappy's, zlib's, zstd's and lz4's own tools.
  static let compressed: [(codec: Codec, bytes: [UInt8])] = [
    (.uncompressed, text),
    // Length 30, a literal of 8 bytes, a copy of 22 from 8 back.
    (.snappy, [30, 7 << 2] + text.prefix(8) + [(22 - 1) << 2 | 2, 8, 0]),
    // Token: 8 literals, match of 4 + 13 from 8 back; token: 5 literals, the end.
    (.lz4Raw, [0x8D] + text.prefix(8) + [8, 0, 0x50] + text.suffix(5)),
    // A frame without a size, one raw block.
    (.zstd, [0x28, 0xB5, 0x2F, 0xFD, 0x20, 30, 30 << 3 | 1, 0, 0] + text),
    // A gzip member with a stored block, its CRC-32 and its length.
    (
      .gzip, [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 30, 0, 225, 255] + text + crc + [30, 0, 0, 0]
    ),
  ]

  /// `zlib.crc32` of the text, little-endian.
  static let crc: [UInt8] = [0x7f, 0xb4, 0xfa, 0xfa]

  @Test(arguments: compressed) func knownBytesDecode(_ codec: Codec, _ bytes: [UInt8]) throws {
    #expect(try codec.decompress(bytes, outputBytes: 30) == Self.text)
  }

  @Test(arguments: compressed) func wrongSizesAreErrors(_ codec: Codec, _ bytes: [UInt8]) {
    for size in [0, 1, 29, 31, 1_000, 1 << 40] {
      let error = #expect(throws: CompressionError.self) {
        try codec.decompress(bytes, outputBytes: size)
      }
      #expect(error?.codec == codec)
    }
  }

  @Test(arguments: compressed) func cutInputIsAnError(_ codec: Codec, _ bytes: [UInt8]) {
    for count in 0..<bytes.count {
      #expect(throws: CompressionError.self) {
        try codec.decompress(Array(bytes.prefix(count)), outputBytes: 30)
      }
    }
  }

  @Test(arguments: compressed) func flippedBitsNeverCrash(_ codec: Codec, _ bytes: [UInt8]) {
    var sizes = Set<Int>()
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      do throws(CompressionError) {
        sizes.insert(try codec.decompress(damaged, outputBytes: 30).count)
      } catch {
        #expect(error.codec == codec)
      }
    }
    #expect(sizes.isSubset(of: [30]))
  }

  @Test(arguments: Codec.allCases) func absurdSizesAreRefusedBeforeAllocation(_ codec: Codec) {
    #expect(codec.outputBytesMax(inputBytes: 100) < 1 << 23)
    #expect(codec.outputBytesMax(inputBytes: .max) == .max)
  }
}
