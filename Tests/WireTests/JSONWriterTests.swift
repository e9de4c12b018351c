import TestSupport
import Testing
import Wire

@Suite struct JSONWriterTests {
  @Test func commasAndNesting() {
    var writer = JSONWriter()
    writer.object { json in
      json.key("traces")
      json.array { json in
        json.object { json in
          json.key("id")
          json.hex([0x0A, 0xFF])
          json.key("start")
          json.quoted(UInt64.max)
        }
        json.object { _ in }
        json.null()
      }
      json.key("ok")
      json.bool(true)
      json.key("n")
      json.int(Int64.min)
      json.key("limit")
      json.quoted(Int64(-7))
      json.key("raw")
      json.raw(Array("[1]".utf8))
    }
    #expect(
      writer.text == """
        {"traces":[{"id":"0aff","start":"18446744073709551615"},{},null],"ok":true,\
        "n":-9223372036854775808,"limit":"-7","raw":[1]}
        """)
  }

  @Test func drainedPiecesJoinUp() {
    var writer = JSONWriter()
    writer.beginArray()
    writer.int(1)
    var pieces = writer.drain()
    writer.int(2)
    writer.endArray()
    pieces += writer.drain()
    #expect(String(decoding: pieces, as: UTF8.self) == "[1,2]")
  }

  /// Spellings are those of Go's encoder.
  @Test(
    arguments: [
      (0.0, "0"), (-0.0, "-0"), (1, "1"), (0.25, "0.25"), (-2.5, "-2.5"),
      (1e20, "100000000000000000000"),
      (1e21, "1e+21"), (123_456_789_012_345_683_968, "123456789012345680000"), (1e-6, "0.000001"),
      (1e-7, "1e-7"), (1.5e-9, "1.5e-9"), (1.7976931348623157e308, "1.7976931348623157e+308"),
      (.leastNonzeroMagnitude, "5e-324"), (0.1, "0.1"), (0x1p53, "9007199254740992"),
      (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""), (.nan, "\"NaN\""),
    ] as [(Double, String)])
  func doubles(value: Double, expected: String) {
    var writer = JSONWriter()
    writer.double(value)
    #expect(writer.text == expected)
  }

  /// Fractions that were written before are copied, also after the text was handed over.
  @Test func fractionsThatComeAgain() {
    var random = SplitMix(seed: 2)
    let values = (0..<700).map { _ in Double(random.integer(1...900)) / 60 }
    var writer = JSONWriter()
    var texts: [String] = []
    for part in 0..<3 {
      writer.array { writer in
        for value in values[(part * 200)...] { writer.double(value) }
      }
      texts.append(String(decoding: writer.drain(), as: UTF8.self))
    }
    for (part, text) in texts.enumerated() {
      let expected = values[(part * 200)...].map { value in
        var alone = JSONWriter()
        alone.double(value)
        return alone.text
      }
      #expect(text.drop { $0 == "," } == "[" + expected.joined(separator: ",") + "]")
    }
  }

  @Test func everyDoubleReadsBackTheSame() {
    var random = SplitMix(seed: 1)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      var writer = JSONWriter()
      writer.double(value)
      #expect(Double(writer.text)?.bitPattern == value.bitPattern, "\(value)")
    }
  }

  @Test(arguments: [
    ("a\"b\\c/", #""a\"b\\c/""#), ("\u{0}\u{1F}\n\r\t\u{8}\u{C}", #""\u0000\u001f\n\r\t\b\f""#),
    ("\u{7F}é€😀", "\"\u{7F}é€😀\""), ("<a>&\u{2028}", "\"<a>&\u{2028}\""), ("", "\"\""),
  ])
  func escapes(text: String, expected: String) {
    var writer = JSONWriter()
    writer.string(text)
    #expect(writer.text == expected)
  }

  @Test func markupIsEscapedOnRequest() {
    var writer = JSONWriter(escapingMarkup: true)
    writer.string("<a>&\u{2028}\u{2029}\u{2027}é")
    #expect(writer.text == #""\u003ca\u003e\u0026\u2028\u2029"# + "\u{2027}é\"")
  }

  @Test(
    arguments: [
      ([0x61, 0xFF, 0x62], "a\u{FFFD}b"), ([0xC3], "\u{FFFD}"), ([0xED, 0xA0, 0x80, 0x22], nil),
      ([0xF0, 0x9F, 0x98, 0x80], "😀"), ([0xC0, 0xAF], nil), ([0xF4, 0x90, 0x80, 0x80], nil),
    ] as [([UInt8], String?)])
  func bytesThatAreNotUTF8AreRepaired(bytes: [UInt8], expected: String?) throws {
    var writer = JSONWriter(escapingMarkup: true)
    writer.string(utf8: bytes)
    let text = try JSONReader.read(writer.bytes).string
    if let expected { #expect(text == expected) }
    // Whatever the repair, the outcome must be valid UTF-8 and hold no stray byte.
    #expect(String(validating: writer.bytes, as: UTF8.self) != nil)
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func anyBytesGiveValidText(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let bytes = random.bytes(count: random.integer(0...200 - 1))
    var writer = JSONWriter(escapingMarkup: seed.isMultiple(of: 2))
    writer.string(utf8: bytes)
    #expect(String(validating: writer.bytes, as: UTF8.self) != nil, "seed \(seed)")
    let read = try JSONReader.read(writer.bytes).string
    if let whole = String(validating: bytes, as: UTF8.self) {
      #expect(read == whole, "seed \(seed)")
    }
  }
}
