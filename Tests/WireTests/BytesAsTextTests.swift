import TestSupport
import Testing
import Wire

@Suite struct BytesAsTextTests {
  /// The examples of RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func base64(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(text.utf8))
    #expect(Base64.decode(String(encoded.prefix { $0 != "=" })) == Array(text.utf8))
  }

  @Test func bothBase64AlphabetsAreRead() {
    #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
    #expect(Base64.decode("+/8=") == [0xFB, 0xFF])
    #expect(Base64.decode("-_8") == [0xFB, 0xFF])
  }

  @Test(arguments: ["A", "A===", "Zg=", "Zm9v=", "Zm 9", "====", "Zg==Zg=="])
  func whatIsNotBase64(text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test func hex() {
    #expect(Hex.encode([0x00, 0x9A, 0xFF]) == "009aff")
    #expect(Hex.decode("009AfF") == [0x00, 0x9A, 0xFF])
    #expect(Hex.decode("") == [])
    #expect(Hex.decode("0") == nil)
    #expect(Hex.decode("0g") == nil)
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func anyBytesComeBack(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let bytes = random.bytes(count: random.integer(0...40 - 1))
    #expect(Base64.decode(Base64.encode(bytes)) == bytes, "seed \(seed)")
    #expect(Hex.decode(Hex.encode(bytes)) == bytes, "seed \(seed)")
  }
}
