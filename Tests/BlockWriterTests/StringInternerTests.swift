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

@Suite struct TextOrderTests {
  /// Texts that share long beginnings, of lengths around the words they are compared by.
  @Test func textsAreInTheOrderOfTheirBytes() {
    var random = SplitMix(seed: 3)
    var interner = StringInterner()
    var texts: [[UInt8]] = [[]]
    for _ in 0..<300 {
      var text = [UInt8](repeating: 0x80, count: random.below(20))
      for _ in 0..<random.below(3) where !text.isEmpty {
        text[random.below(text.count)] = UInt8(random.below(256))
      }
      if !texts.contains(text) { texts.append(text) }
    }
    let numbers = texts.map { interner.intern($0) }
    for a in texts.indices {
      for b in texts.indices {
        let expected = texts[a].lexicographicallyPrecedes(texts[b])
        #expect(interner.precedes(numbers[a], numbers[b]) == expected)
        #expect(interner.table.precedes(numbers[a], numbers[b]) == expected)
      }
    }
  }
}
