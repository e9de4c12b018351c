import Compression
import Testing

/// Streams as other encoders write them, whole, one behind the other, cut and damaged.
@Suite struct StreamTests {
  /// Nine times.
  static let text = [UInt8](
    String(repeating: "spans, spans and more spans: ", count: 9).utf8)

  /// By snzip's and lz4's formats as the crates behind Python's cramjam write them, and pyarrow.
  static let streams: [(format: StreamFormat, hex: String)] = [
    (
      .snappyFramed,
      "ff060000734e61507059002c00007359a1818502187370616e732c2005072020616e64206d6f7265090f003a"
        + "0907fe1d00fe1d00fe1d008a1d00"
    ),
    (
      .lz4,
      "04224d185440ae22000000717370616e732c2007009220616e64206d6f72650f002f3a201d00d050616e733a"
        + "209d559558000000007b7336c8"
    ),
    (
      .lz4,
      "04224d1860408224000000717370616e732c2007009220616e64206d6f72650f00123a07000f1d00cb50616e"
        + "733a2000000000"
    ),
  ]

  static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.map { UInt8(hexDigit: $0) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  static func decode(
    _ input: [UInt8], _ format: StreamFormat, bytesMax: Int = 1 << 20
  ) -> Result<[UInt8], CompressionError> {
    Result { () throws(CompressionError) in
      try StreamDecoder.decode(input, format, bytesMax: bytesMax)
    }
  }

  @Test(arguments: streams) func foreignStreamsDecode(_ format: StreamFormat, _ hex: String) {
    let stream = Self.bytes(hex)
    #expect(StreamFormat(announcedBy: stream) == format)
    #expect(Self.decode(stream, format) == .success(Self.text))
    #expect(Self.decode(stream + stream, format) == .success(Self.text + Self.text))
  }

  @Test func chunksOfEveryKindAreKnown() {
    let head = Self.bytes("ff060000734e61507059")
    let plain = Self.bytes("010700006e57f121616263")
    let skipped: [UInt8] = [0xFE, 2, 0, 0, 9, 9, 0x80, 0, 0, 0]
    #expect(
      Self.decode(head + plain + skipped + head + plain, .snappyFramed)
        == .success(Array("abcabc".utf8)))
    for (bytes, words) in [
      (plain, "does not begin"), (head + [2, 0, 0, 0], "kind 2"), (head + [1, 3, 0, 0], "cut"),
      (head + [1, 3, 0, 0, 1, 2, 3], "cut"), (head + [0xFF, 0, 0, 0], "not Snappy's"),
      (head + [1, 7, 0, 0, 0, 0, 0, 0, 1, 2, 3], "checksum"), (head + [1], "cut"),
      (head + [1, 5, 0, 1] + [UInt8](repeating: 0, count: 65_541), "longer than 64 KiB"),
    ] as [([UInt8], String)] {
      guard case .failure(let error) = Self.decode(bytes, .snappyFramed) else {
        Issue.record("\(bytes) decode")
        continue
      }
      #expect(error.message.contains(words), "\(error.message)")
    }
  }

  /// A checksum stands over the content of the first two.
  @Test(arguments: streams) func cutsAndFlippedBitsAreErrors(
    _ format: StreamFormat, _ hex: String
  ) {
    let stream = Self.bytes(hex)
    for count in 0..<stream.count where count != SnappyHead.bytes || format != .snappyFramed {
      if case .success(let text) = Self.decode(Array(stream[..<count]), format) {
        #expect(text.isEmpty && count == 0, "cut to \(count) bytes")
      }
    }
    for bit in 0..<(stream.count * 8) {
      var damaged = stream
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      guard case .success(let text) = Self.decode(damaged, format) else { continue }
      let isChecked = hex != Self.streams[2].hex
      #expect(!isChecked || text == Self.text || text.isEmpty, "bit \(bit)")
    }
  }

  @Test(arguments: streams) func moreThanAllowedIsRefused(_ format: StreamFormat, _ hex: String) {
    guard case .failure(let error) = Self.decode(Self.bytes(hex), format, bytesMax: 260) else {
      Issue.record("261 bytes where 260 are allowed")
      return
    }
    #expect(error.exceedsLimit)
  }

  private enum SnappyHead {
    /// A stream of an identifier alone is whole, and empty.
    static let bytes = 10
  }
}

extension UInt8 {
  fileprivate init(hexDigit: UInt8) {
    self = hexDigit < UInt8(ascii: "a") ? hexDigit - UInt8(ascii: "0") : hexDigit - 87
  }
}
