import Pattern
import TestSupport
import Testing

@Suite struct RegexTests {
  /// The rules and examples of the language: whole text, dot over line breaks, RE2's flags.
  @Test(arguments: [
    ("child", "child", true), ("child", "child2", false), ("child.*", "child2", true),
    (".*", "", true), (".*", "a\nb", true), ("a.b", "a\nb", true), ("(?-s:a.b)", "a\nb", false),
    ("", "", true), ("", "a", false), ("(?i)GET", "get", true), ("GET", "get", false),
    ("^a$", "a", true), ("a|ab", "ab", true), ("5..", "503", true), ("5..", "5031", false),
    ("\\d+\\.\\d", "12.3", true), ("é.", "éa", true), ("é.", "é€", true), ("[^a]", "😀", true),
    ("a{2,3}", "aaa", true), ("a{2,3}", "aaaa", false), ("(?m)^a$", "a\na", false),
    ("\\Qa.b\\E", "a.b", true), ("\\Qa.b\\E", "axb", false), ("\\pL+", "aßЖ", true),
  ])
  func wholeTextsMatch(pattern: String, text: String, expected: Bool) throws {
    let regex = try Regex(pattern)
    #expect(regex.matches(text) == expected)
    #expect(Array(text.utf8).withUnsafeBytes { regex.matches($0) } == expected)
  }

  @Test(arguments: [
    ("(", "missing ): ("), ("[", "missing ]: ["), ("a**", "bad repetition operator: **"),
    ("\\", "trailing \\"), ("a(?=b)", "invalid perl operator: (?="),
    ("(a)\\1", "invalid escape sequence: \\1"), ("a{1001}", "invalid repetition size: {1001}"),
    ("*", "no argument for repetition operator: *"), (")", "unexpected ): )"),
    ("[b-a]", "invalid character class range: b-a"),
  ])
  func whatDoesNotCompileSaysWhy(pattern: String, message: String) {
    #expect(throws: RegexError(pattern: pattern, message: message)) { try Regex(pattern) }
  }

  @Test func aPatternThatWouldNeedTooMuchMemoryIsRefused() {
    #expect(throws: RegexError.self) { try Regex("((((\\pL{100}){10}){10}){10})") }
  }

  @Test func strayBytesCountAsReplacementCharacters() throws {
    let stray: [UInt8] = [0x61, 0xFF, 0xC3, 0x62]
    func matches(_ pattern: String) throws -> Bool {
      let regex = try Regex(pattern)
      return stray.withUnsafeBytes { regex.matches($0) }
    }
    #expect(try matches("a..b"))
    #expect(try matches("a\u{FFFD}{2}b"))
    #expect(try !matches("a.b"))
    #expect(try matches(".*"))
    #expect(try matches("a.*"))
    #expect(try !matches("\\C\\C"))
  }

  @Test(
    arguments: [
      (".*", .anything), ("", .literals([[]])), ("GET", .literals([Array("GET".utf8)])),
      ("a|b|", .literals([[97], [98], []])), ("a\\.b", .literals([Array("a.b".utf8)])),
      ("ab.*", .prefix([97, 98])), (".*ab", .suffix([97, 98])), (".*ab.*", .contains([97, 98])),
      ("a.*b", .general), ("a.b", .general), ("ab*", .general), ("a|b.*", .general),
      ("ab.*?", .general), ("(?i)ab", .general), ("^a", .general), ("\\d", .general),
      ("a.+", .general), ("\u{FFFD}", .general), ("a\\.*", .general), (".*.*", .general),
    ] as [(String, RegexShape)])
  func simpleShapesAreSeen(pattern: String, shape: RegexShape) throws {
    #expect(try Regex(pattern).shape == shape)
  }

  /// A table is matched by another route than a single text: both must agree, and agree with a
  /// matcher too simple to be wrong.
  @Test(arguments: [
    ".*", "", "a", "ab|b|", "a.*", ".*b", ".*ab.*", "a.*b", "(a|b)+", "\\.", "a\\.b", "[ab.]{3}",
    "é.*", ".*é", "(?i)AB.*",
  ])
  func tablesMatchAsSingleTextsDo(pattern: String) throws {
    let regex = try Regex(pattern)
    var random = SplitMix(seed: 7)
    let alphabet: [[UInt8]] = [[97], [98], [46], [10], [0xC3, 0xA9], [0xFF], [0xC3]]
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    for _ in 0..<700 {
      for _ in 0..<random.integer(0...5 - 1) {
        bytes += alphabet[random.integer(0...alphabet.count - 1)]
      }
      offsets.append(UInt32(bytes.count))
    }
    let words = regex.matchingWords(offsets: offsets, bytes: bytes)
    #expect(words.count == 11)
    for i in 0..<700 {
      let text = Array(bytes[Int(offsets[i])..<Int(offsets[i + 1])])
      let single = text.withUnsafeBytes { regex.matches($0) }
      #expect((words[i / 64] >> UInt64(i % 64) & 1 == 1) == single, "\(pattern) on \(text)")
      if let range = regex.possibleRange(), single {
        #expect(!text.lexicographicallyPrecedes(range.lower), "\(pattern) on \(text)")
        if let upper = range.upper {
          #expect(!upper.lexicographicallyPrecedes(text), "\(pattern) on \(text)")
        }
      }
    }
    #expect(words[10] >> UInt64(700 - 640) == 0, "bits past the last string are zero")
  }

  @Test func boundsOfPossibleTexts() throws {
    let prefix = try #require(try Regex("/api/v1/.*").possibleRange())
    #expect(prefix.lower == Array("/api/v1/".utf8))
    #expect(prefix.upper == Array("/api/v10".utf8))
    let literal = try #require(try Regex("checkout").possibleRange(byteCountMax: 4))
    #expect(literal.lower == Array("chec".utf8))
    #expect(literal.upper == Array("ched".utf8))
    #expect(try Regex("é.*").possibleRange()?.upper == nil)
  }

  @Test func manyThreadsShareOnePattern() async throws {
    let regex = try Regex("[a-z]+-\\d{2,}(x|y)*")
    let hits = await withTaskGroup(of: Int.self) { group in
      for worker in 0..<4 {
        group.addTask {
          (0..<2_000).count { regex.matches("pod-\($0 * 10 + worker)") }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(hits == 8_000 - 4)  // pod-0 to pod-3 lack a second digit
  }

  @Test(arguments: 0..<400 as Range<UInt64>)
  func anyPatternCompilesOrSaysWhy(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let parts = [
      "(", ")", "[", "]", "a", "|", "*", "+", "?", "{2}", ".", "\\", "^", "é", "(?i)", "-",
    ]
    let pattern = (0..<random.integer(0...12 - 1)).map { _ in
      parts[random.integer(0...parts.count - 1)]
    }.joined()
    do throws(RegexError) {
      let regex = try Regex(pattern)
      let text = random.bytes(count: 12)
      let words = regex.matchingWords(offsets: [0, 12], bytes: text)
      #expect((words == [1]) == text.withUnsafeBytes { regex.matches($0) }, "\(pattern)")
    } catch {
      #expect(!error.message.isEmpty, "\(pattern)")
    }
  }
}
