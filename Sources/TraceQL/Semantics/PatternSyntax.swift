/// Checks the syntax of regular expressions (RE2 with Perl classes) without running any.
package struct PatternSyntax {
  /// What is wrong with a pattern.
  package enum Fault: Sendable, Equatable {
    case badClass, badEscape, badGroup, badRepetition, badUnicodeClass, backReference
    case doubleRepetition, lookAround, missingBracket, missingParenthesis, nothingToRepeat
    case repetitionTooLarge, tooDeep, trailingBackslash, unexpectedParenthesis
  }

  /// Most repetitions that RE2 allows, nested ones multiplied.
  static let repetitionMax = 1_000
  static let nestingMax = 1_000

  /// The first fault; nil for a well-formed pattern.
  package static func fault(in pattern: String) -> Fault? {
    var syntax = PatternSyntax(pattern)
    return syntax.firstFault()
  }

  /// Whether the pattern matches itself and nothing else.
  package static func isPlainText(_ pattern: String) -> Bool {
    !pattern.unicodeScalars.contains { "\\.+*?()|[]{}^$".unicodeScalars.contains($0) }
  }

  private let scalars: [Unicode.Scalar]
  private var position = 0
  /// Whether a repetition operator has something to repeat, and how often that repeats already.
  private var repeatable: Int?
  private var isJustRepeated = false

  private init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }
  private func peek(_ offset: Int) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  private mutating func firstFault() -> Fault? {
    /// Per open group: the greatest repetition inside it.
    var groups: [Int] = []
    var inner = 1
    while let scalar = current {
      switch scalar {
      case "(":
        if groups.count >= PatternSyntax.nestingMax { return .tooDeep }
        position += 1
        var opened = true
        if let fault = skipGroupStart(&opened) { return fault }
        guard opened else { continue }
        groups.append(inner)
        inner = 1
        repeatable = nil
        isJustRepeated = false
      case ")":
        guard let outer = groups.popLast() else { return .unexpectedParenthesis }
        position += 1
        setAtom(inner)
        inner = max(inner, outer)
      case "|":
        position += 1
        repeatable = nil
        isJustRepeated = false
      case "[":
        if let fault = skipClass() { return fault }
        setAtom(1)
      case "\\":
        if let fault = skipEscape() { return fault }
      case "*", "+", "?":
        if let fault = skipRepetition() { return fault }
      case "{":
        guard let count = repetition() else {
          position += 1
          setAtom(1)
          continue
        }
        if let fault = skipCountedRepetition(count, inner: &inner) { return fault }
      default:
        position += 1
        setAtom(1)
      }
    }
    return groups.isEmpty ? nil : .missingParenthesis
  }

  private mutating func setAtom(_ count: Int) {
    repeatable = count
    isJustRepeated = false
  }

  // MARK: Repetition

  private mutating func skipRepetition() -> Fault? {
    guard repeatable != nil else { return .nothingToRepeat }
    guard !isJustRepeated else { return .doubleRepetition }
    position += 1
    if current == "?" { position += 1 }
    isJustRepeated = true
    return nil
  }

  private mutating func skipCountedRepetition(
    _ count: (least: Int, most: Int?, length: Int), inner: inout Int
  ) -> Fault? {
    guard let atom = repeatable else { return .nothingToRepeat }
    guard !isJustRepeated else { return .doubleRepetition }
    let most = max(count.least, count.most ?? 0)
    guard most <= PatternSyntax.repetitionMax else { return .repetitionTooLarge }
    if let upper = count.most, upper < count.least { return .badRepetition }
    let product = atom * max(most, 1)
    guard product <= PatternSyntax.repetitionMax else { return .repetitionTooLarge }
    inner = max(inner, product)
    repeatable = product
    position += count.length
    if current == "?" { position += 1 }
    isJustRepeated = true
    return nil
  }

  /// `{n}`, `{n,}` or `{n,m}` at the current place; anything else is literal text.
  private func repetition() -> (least: Int, most: Int?, length: Int)? {
    var offset = 1
    func number() -> Int? {
      var value: Int?
      while let digit = peek(offset), let number = digit.digitValue {
        value = min((value ?? 0) * 10 + number, 1_000_000)
        offset += 1
      }
      return value
    }
    guard let least = number() else { return nil }
    var most: Int? = least
    if peek(offset) == "," {
      offset += 1
      most = number()
    }
    return peek(offset) == "}" ? (least, most, offset + 1) : nil
  }

  // MARK: Groups

  /// Behind `(`: flags, names. `opened` becomes false for flags without a group: `(?i)`.
  private mutating func skipGroupStart(_ opened: inout Bool) -> Fault? {
    guard current == "?" else { return nil }
    position += 1
    if current == "P" && peek(1) == "<" || current == "<" {
      position += current == "P" ? 2 : 1
      if current == "=" || current == "!" { return .lookAround }
      var length = 0
      while let scalar = current, scalar.isWordScalar {
        position += 1
        length += 1
      }
      guard length > 0, current == ">" else { return .badGroup }
      position += 1
      return nil
    }
    if current == "=" || current == "!" { return .lookAround }
    var isNegated = false
    var flagCount = 0
    while let scalar = current {
      position += 1
      switch scalar {
      case "i", "m", "s", "U": flagCount += 1
      case "-":
        if isNegated { return .badGroup }
        isNegated = true
        flagCount = 0
      case ":", ")":
        if isNegated && flagCount == 0 { return .badGroup }
        opened = scalar == ":"
        return nil
      default: return .badGroup
      }
    }
    return .missingParenthesis
  }
}

extension Unicode.Scalar {
  fileprivate var digitValue: Int? {
    value >= 48 && value <= 57 ? Int(value) - 48 : nil
  }
  var isWordScalar: Bool {
    value == 95 || value < 128 && (UInt8(value).isDigit || UInt8(value).isASCIILetter)
  }
}

// MARK: Escapes and classes

extension PatternSyntax {
  /// A backslash and what belongs to it, outside brackets.
  fileprivate mutating func skipEscape() -> Fault? {
    position += 1
    guard let scalar = current else { return .trailingBackslash }
    switch scalar {
    case "A", "b", "B", "z", "d", "D", "s", "S", "w", "W":
      position += 1
    case "Q":
      position += 1
      return skipQuotation()
    case "p", "P":
      if let fault = skipUnicodeClass() { return fault }
    default:
      if let fault = skipCharacterEscape() { return fault }
    }
    setAtom(1)
    return nil
  }

  /// `\Q…\E`; the end may be missing.
  private mutating func skipQuotation() -> Fault? {
    while let scalar = current {
      if scalar == "\\", peek(1) == "E" {
        position += 2
        return nil
      }
      position += 1
      setAtom(1)
    }
    return nil
  }

  /// An escape that stands for one character, with the position behind the backslash.
  private mutating func skipCharacterEscape() -> Fault? {
    guard let scalar = current else { return .trailingBackslash }
    position += 1
    switch scalar {
    case "0":
      for _ in 0..<2 {
        if let next = current, "01234567".unicodeScalars.contains(next) { position += 1 }
      }
    case "1"..."7":
      guard let next = current, "01234567".unicodeScalars.contains(next) else {
        return .backReference
      }
      position += 1
      if let next = current, "01234567".unicodeScalars.contains(next) { position += 1 }
    case "8", "9": return .backReference
    case "x": return skipHexadecimal()
    case "a", "f", "n", "r", "t", "v": break
    case "k": return .backReference
    default:
      guard scalar.value < 128, !UInt8(scalar.value).isDigit, !UInt8(scalar.value).isASCIILetter
      else { return .badEscape }
    }
    return nil
  }

  private mutating func skipHexadecimal() -> Fault? {
    func isHexadecimal(_ scalar: Unicode.Scalar?) -> Bool {
      scalar.map { $0.properties.isASCIIHexDigit } ?? false
    }
    guard current == "{" else {
      guard isHexadecimal(current), isHexadecimal(peek(1)) else { return .badEscape }
      position += 2
      return nil
    }
    position += 1
    var value: UInt32 = 0
    var length = 0
    while isHexadecimal(current), let scalar = current {
      value = value * 16 + (UInt32(String(Character(scalar)), radix: 16) ?? 0)
      guard value <= 0x10FFFF else { return .badEscape }
      length += 1
      position += 1
    }
    guard length > 0, current == "}" else { return .badEscape }
    position += 1
    return nil
  }

  /// `pL`, `p{Greek}` or `p{^Greek}`.
  private mutating func skipUnicodeClass() -> Fault? {
    position += 1
    guard let scalar = current else { return .badUnicodeClass }
    position += 1
    guard scalar == "{" else {
      return UnicodeClasses.contains(String(Character(scalar))) ? nil : .badUnicodeClass
    }
    var name = ""
    while let scalar = current, scalar != "}" {
      if !(name.isEmpty && scalar == "^") { name.unicodeScalars.append(scalar) }
      position += 1
    }
    guard current == "}", UnicodeClasses.contains(name) else { return .badUnicodeClass }
    position += 1
    return nil
  }

  /// `[…]`.
  fileprivate mutating func skipClass() -> Fault? {
    position += 1
    if current == "^" { position += 1 }
    var isFirst = true
    while let scalar = current {
      if scalar == "]", !isFirst {
        position += 1
        return nil
      }
      isFirst = false
      if scalar == "[", peek(1) == ":" {
        switch skipNamedClass() {
        case .some(let fault?): return fault
        case .some(nil): continue
        case nil: break
        }
      }
      if scalar == "\\", let next = peek(1), "dDsSwWpP".unicodeScalars.contains(next) {
        position += 1
        if next == "p" || next == "P" {
          if let fault = skipUnicodeClass() { return fault }
        } else {
          position += 1
        }
        continue
      }
      if let fault = skipRange() { return fault }
    }
    return .missingBracket
  }

  /// One character or `a-z` inside brackets.
  private mutating func skipRange() -> Fault? {
    let start = position
    if let fault = skipClassCharacter() { return fault }
    let low = position - start == 1 ? scalars[start] : nil
    guard current == "-", let next = peek(1), next != "]" else { return nil }
    position += 1
    let second = position
    if let fault = skipClassCharacter() { return fault }
    let high = position - second == 1 ? scalars[second] : nil
    if let low, let high, high.value < low.value { return .badClass }
    return nil
  }

  private mutating func skipClassCharacter() -> Fault? {
    guard current == "\\" else {
      position += 1
      return nil
    }
    position += 1
    return skipCharacterEscape()
  }

  /// `[:alpha:]`: nil if there is none here, a fault if the name is unknown.
  private mutating func skipNamedClass() -> Fault?? {
    var name = ""
    var offset = 2
    while let scalar = peek(offset), scalar != ":" || peek(offset + 1) != "]" {
      if scalar == "]" { return nil }
      name.unicodeScalars.append(scalar)
      offset += 1
    }
    guard peek(offset) == ":" else { return nil }
    if name.hasPrefix("^") { name.removeFirst() }
    guard UnicodeClasses.posix.contains(name) else { return .some(.badClass) }
    position += offset + 2
    return .some(nil)
  }
}
