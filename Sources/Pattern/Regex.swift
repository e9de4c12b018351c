internal import CRE2

/// A compiled regular expression in RE2's syntax, matched against whole texts.
///
/// The dot matches line breaks. Texts are bytes that should be UTF-8; each byte that is not counts
/// as U+FFFD. Matching takes time linear in the text, whatever the pattern.
// SAFETY: the compiled pattern is never changed after init and RE2 allows matching from any thread.
package final class Regex: @unchecked Sendable {
  /// Memory for the program and the automata built from it while matching.
  private static let memoryBytesMax: Int64 = 8 << 20

  package let pattern: String
  /// What matches, where the pattern is simple enough to say so.
  package let shape: RegexShape
  private let compiled: OpaquePointer

  package init(_ pattern: String) throws(RegexError) {
    self.pattern = pattern
    var text = pattern
    let compiled = text.withUTF8 {
      cre2_compile($0.baseAddress, $0.count, Self.memoryBytesMax)
    }
    guard let compiled else { preconditionFailure("compiling always gives an object") }
    if let message = cre2_error(compiled) {
      let error = RegexError(pattern: pattern, message: String(cString: message))
      cre2_free(compiled)
      throw error
    }
    self.compiled = compiled
    shape = RegexShape(pattern: pattern)
  }

  deinit { cre2_free(compiled) }
}

// MARK: Matching

extension Regex {
  /// Whether the whole text matches.
  package func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { cre2_matches(compiled, $0.baseAddress, $0.count) }
  }

  /// Whether the whole text matches.
  package func matches(_ text: UnsafeRawBufferPointer) -> Bool {
    cre2_matches(
      compiled, text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count)
  }

  /// Which strings of a table match: bit `i` stands for `offsets[i]..<offsets[i + 1]`; bits past
  /// the last string are zero.
  package func matchingWords(offsets: [UInt32], bytes: [UInt8]) -> [UInt64] {
    guard let last = offsets.last else { return [] }
    precondition(Int(last) <= bytes.count, "offsets lie within the bytes")
    let count = offsets.count - 1
    var words = [UInt64](repeating: 0, count: (count + 63) / 64)
    words.withUnsafeMutableBufferPointer { words in
      bytes.withUnsafeBufferPointer { bytes in
        offsets.withUnsafeBufferPointer { offsets in
          guard count > 0 else { return }
          let table = TableView(bytes: bytes, offsets: offsets, count: count)
          match(table, into: words)
        }
      }
    }
    return words
  }

  private func match(_ table: TableView, into words: UnsafeMutableBufferPointer<UInt64>) {
    switch shape {
    case .anything: table.select(into: words) { _ in true }
    case .literals(let literals):
      if literals.count == 1 {
        let literal = literals[0]
        table.select(into: words) { $0.elementsEqual(literal) }
      } else {
        let set = Set(literals)
        let lengths = Set(literals.map(\.count))
        table.select(into: words) { lengths.contains($0.count) && set.contains(Array($0)) }
      }
    case .prefix(let literal): table.select(into: words) { $0.starts(with: literal) }
    case .suffix(let literal):
      table.select(into: words) { text in
        text.count >= literal.count && text.suffix(literal.count).elementsEqual(literal)
      }
    case .contains(let literal):
      cre2_find_in_table(
        literal, literal.count, table.bytes.baseAddress, table.offsets.baseAddress, table.count,
        words.baseAddress)
    case .general:
      cre2_match_table(
        compiled, table.bytes.baseAddress, table.offsets.baseAddress, table.count,
        words.baseAddress)
    }
  }
}

/// Strings end to end, borrowed for the time of one call.
private struct TableView {
  var bytes: UnsafeBufferPointer<UInt8>
  var offsets: UnsafeBufferPointer<UInt32>
  var count: Int

  @inline(__always)
  func select(
    into words: UnsafeMutableBufferPointer<UInt64>,
    where matches: (UnsafeBufferPointer<UInt8>) -> Bool
  ) {
    for i in 0..<count {
      let range = Int(offsets[i])..<Int(offsets[i + 1])
      if matches(UnsafeBufferPointer(rebasing: bytes[range])) {
        words[i >> 6] |= 1 << UInt64(i & 63)
      }
    }
  }
}

// MARK: Pruning

extension Regex {
  /// Bounds, bytewise and inclusive, between which every matching text lies; nil ends are open.
  ///
  /// Both are at most `byteCountMax` bytes long, so they are loose for longer literals.
  package func possibleRange(byteCountMax: Int = 16) -> (lower: [UInt8], upper: [UInt8]?)? {
    precondition(byteCountMax > 0 && byteCountMax < 1 << 20, "a bound has a sensible length")
    var lower = [UInt8](repeating: 0, count: byteCountMax + 1)
    var upper = lower
    var lowerCount = 0
    var upperCount = 0
    guard
      cre2_possible_range(compiled, byteCountMax, &lower, &lowerCount, &upper, &upperCount)
    else { return nil }
    // A stray byte matches where U+FFFD does but sorts elsewhere: bounds stop before such bytes.
    let low = lower.prefix(lowerCount).prefix { $0 < 0x80 }
    let high = upper.prefix(upperCount)
    if high.allSatisfy({ $0 < 0x80 }) { return (Array(low), Array(high)) }
    var ceiling = Array(high.prefix { $0 < 0x80 })
    guard let end = ceiling.popLast() else { return (Array(low), nil) }
    ceiling.append(end + 1)
    return (Array(low), ceiling)
  }
}
