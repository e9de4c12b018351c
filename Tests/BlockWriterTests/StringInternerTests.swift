import Columns
import TestSupport
import Testing

@Suite struct StringInternerTests {
  @Test func equalTextsHaveOneNumber() {
    var strings = StringInterner()
    var random = SplitMix(seed: 7)
    var expected: [[UInt8]: UInt32] = [[]: 0]
    for _ in 0..<20_000 {
      let length = random.integer(0...11)
      let text = (0..<length).map { _ in UInt8(random.integer(0...2)) }
      let number = strings.intern(text)
      #expect(number == expected[text] ?? UInt32(expected.count))
      expected[text] = number
    }
    #expect(strings.count == expected.count)
    for (text, number) in expected { #expect(strings.table.bytes(at: Int(number)) == text) }
  }

  @Test func lookingDoesNotAdd() {
    var strings = StringInterner()
    #expect(strings.number(of: "a") == nil)
    #expect(strings.number(of: "") == 0)
    let number = strings.intern("a")
    #expect(strings.number(of: "a") == number)
    #expect(strings.count == 2)
  }

  @Test func orderIsThatOfTheBytes() {
    var strings = StringInterner()
    let (a, b, c) = (strings.intern("ab"), strings.intern("b"), strings.intern("é"))
    #expect(strings.precedes(a, b) && strings.precedes(b, c) && !strings.precedes(b, a))
    #expect(strings.precedes(0, a))
  }
}
