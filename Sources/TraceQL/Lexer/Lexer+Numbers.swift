extension Lexer {
  /// An integer, a float, or a duration.
  mutating func readNumber() {
    let start = position
    var isFloat = false
    skipDigits()
    if byte() == UInt8(ascii: ".") {
      isFloat = true
      position += 1
      skipDigits()
    }
    let decimalEnd = position
    if skipExponent() { isFloat = true }
    if position == decimalEnd, readDuration(from: start, numberEnd: decimalEnd) { return }
    if !isFloat, let length = foreignNumberLength(from: start) {
      position = start + length
      return fail(.invalidNumber(text(start..<position)), at: start..<position)
    }
    let number = text(start..<position)
    if isFloat {
      guard let value = Double(number), value.isFinite else {
        return fail(.floatOutOfRange(number), at: start..<position)
      }
      emit(.float, from: start)
    } else {
      guard Int64(number) != nil else {
        return fail(.integerOutOfRange(number), at: start..<position)
      }
      emit(.integer, from: start)
    }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private mutating func skipDigits() {
    while byte().isDigit { position += 1 }
  }

  /// `e`, an optional sign and at least one digit; otherwise nothing is skipped.
  private mutating func skipExponent() -> Bool {
    guard byte() | 0x20 == UInt8(ascii: "e") else { return false }
    let isSigned = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
    guard byte(isSigned ? 2 : 1).isDigit else { return false }
    position += isSigned ? 2 : 1
    skipDigits()
    return true
  }

  /// The number and the run of duration characters behind it, if together they are a duration.
  private mutating func readDuration(from start: Int, numberEnd: Int) -> Bool {
    var runEnd = numberEnd
    while runEnd < end {
      if Lexer.isDurationByte(bytes[runEnd]) {
        runEnd += 1
      } else if bytes[runEnd] == 0xC2, runEnd + 1 < end, bytes[runEnd + 1] == 0xB5 {
        runEnd += 2
      } else {
        break
      }
    }
    guard runEnd > numberEnd, DurationText.nanoseconds(bytes[start..<runEnd]) != nil else {
      return false
    }
    position = runEnd
    emit(.duration, from: start)
    return true
  }

  private static func isDurationByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "n"), UInt8(ascii: "s"), UInt8(ascii: "u"), UInt8(ascii: "m"): true
    case UInt8(ascii: "h"), UInt8(ascii: "d"), UInt8(ascii: "w"), UInt8(ascii: "y"): true
    case UInt8(ascii: "."): true
    default: byte.isDigit
    }
  }

  /// Length of `0x10`, `0b1`, `0o7` or `1_000`, which other languages have and TraceQL has not.
  private func foreignNumberLength(from start: Int) -> Int? {
    let next = byte() | 0x20
    let isPrefixed =
      position == start + 1 && bytes[start] == UInt8(ascii: "0")
      && (next == UInt8(ascii: "x") || next == UInt8(ascii: "b") || next == UInt8(ascii: "o"))
    guard isPrefixed || byte() == UInt8(ascii: "_") else { return nil }
    var length = position - start
    while start + length < end {
      let byte = bytes[start + length]
      guard byte.isDigit || byte.isASCIILetter || byte == UInt8(ascii: "_") else { break }
      length += 1
    }
    return length
  }
}
