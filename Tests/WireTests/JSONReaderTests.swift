import TestSupport
import Testing
import Wire

@Suite struct JSONReaderTests {
  private func read(_ text: String) throws(JSONError) -> JSON {
    try JSONReader.read(Array(text.utf8))
  }

  @Test func aTree() throws {
    let json = try read(#" { "a" : [1, -2.5e3, true, false, null, "x"], "b": {}, "a2":[] } "#)
    #expect(
      json
        == .object([
          .init(
            "a",
            .array([
              .number("1"), .number("-2.5e3"), .bool(true), .bool(false), .null, .string("x"),
            ])),
          .init("b", .object([])), .init("a2", .array([])),
        ]))
    #expect(json["a"]?.elements?[1].double == -2500)
    #expect(json["a"]?.elements?[1].int64 == -2500)
    #expect(json["missing"] == nil)
  }

  @Test func integersKeepAllTheirBits() throws {
    #expect(try read("18446744073709551615").uint64 == .max)
    #expect(try read("\"-9223372036854775808\"").int64 == .min)
    #expect(try read("18446744073709551616").uint64 == nil)
    #expect(try read("1.5").int64 == nil)
    #expect(try read("\"NaN\"").double?.isNaN == true)
  }

  @Test func theLastOfRepeatedMembersCounts() throws {
    #expect(try read(#"{"a":1,"a":2}"#)["a"]?.int64 == 2)
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u20AC""#, "é€"),
    (#""\ud83d\ude00!""#, "😀!"), (#""\ud83d""#, "\u{FFFD}"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    (#""\ude00\ud83d\ude00""#, "\u{FFFD}😀"),
  ])
  func escapes(text: String, expected: String) throws {
    #expect(try read(text).string == expected)
  }

  @Test(arguments: [
    ("", 0), ("  ", 2), ("{", 1), ("[1,]", 3), ("[1 2]", 3), (#"{"a"}"#, 4), (#"{a:1}"#, 1),
    (#"{"a":1,}"#, 7), ("tru", 0), ("01", 1), ("-", 1), ("1.", 2), ("1e", 2), ("+1", 0),
    ("\"abc", 0), ("\"a\\", 3), (#""\x""#, 2), (#""\u12g4""#, 5), ("\"a\nb\"", 2), ("1 1", 2),
    ("nul]", 0), ("NaN", 0), ("'a'", 0),
  ])
  func errorsSayWhere(text: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try read(text) }
    #expect(error?.offset == offset, "\(error?.description ?? "")")
  }

  @Test func limitsAreNamed() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError(offset: 64, "nested deeper than the 64 levels allowed")) {
      try read(deep)
    }
    #expect(throws: JSONError(offset: 0, "5 bytes are more than the 4 allowed")) {
      try JSONReader.read(Array("[1,2]".utf8), limits: .init(byteCountMax: 4))
    }
  }

  @Test(arguments: 0..<500 as Range<UInt64>)
  func damagedTextEndsInAnErrorOrAValue(seed: UInt64) {
    let text =
      #"{"format":"vParquet4","startTime":"2026-11-20T23:09:12Z","n":[1,2.5e-3,"\ud83d\ude00"]}"#
    var random = SplitMix(seed: seed)
    let damaged = Damage.inflicted(on: Array(text.utf8), using: &random)
    do throws(JSONError) {
      let value = try JSONReader.read(damaged)
      #expect(value == (try JSONReader.read(rewritten(value))), "seed \(seed)")
    } catch {
      #expect((0...damaged.count).contains(error.offset), "seed \(seed)")
    }
  }

  private func rewritten(_ value: JSON) -> [UInt8] {
    var writer = JSONWriter()
    write(value, into: &writer)
    return writer.bytes
  }

  private func write(_ value: JSON, into writer: inout JSONWriter) {
    switch value {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .number(let digits): writer.raw(Array(digits.utf8))
    case .string(let text): writer.string(text)
    case .array(let elements):
      writer.array { writer in
        for element in elements { write(element, into: &writer) }
      }
    case .object(let members):
      writer.object { writer in
        for member in members {
          writer.key(member.name)
          write(member.value, into: &writer)
        }
      }
    }
  }
}
