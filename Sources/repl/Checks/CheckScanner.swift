import TraceQL

/// Takes the text of one directive apart, word by word.
struct CheckScanner {
  let lines: CheckLines
  let parameters: ParameterValues
  /// Parameters that were asked for.
  var parametersUsed: Set<String> = []
  private var position: Int
  private let end: Int

  init(_ range: Range<Int>, _ lines: CheckLines, _ parameters: ParameterValues) {
    self.lines = lines
    self.parameters = parameters
    position = range.lowerBound
    end = range.upperBound
    skipBlanks()
  }

  var isAtEnd: Bool { position >= end }

  /// What is left, or the place behind the last byte.
  var rest: Range<Int> { isAtEnd ? max(end - 1, 0)..<end : position..<end }

  private mutating func skipBlanks() {
    while position < end, [0x20, 0x09, 0x0A, 0x0D].contains(lines.bytes[position]) { position += 1 }
  }

  private func isOperator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "=") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "<")
      || byte == UInt8(ascii: ">")
  }

  /// The next word or operator, without moving.
  func peek() -> (text: String, range: Range<Int>)? {
    guard position < end else { return nil }
    let isOperator = isOperator(lines.bytes[position])
    var last = position
    while last < end, ![0x20, 0x09, 0x0A, 0x0D].contains(lines.bytes[last]),
      self.isOperator(lines.bytes[last]) == isOperator
    {
      last += 1
    }
    return (lines.text(position..<last), position..<last)
  }

  mutating func next() -> (text: String, range: Range<Int>)? {
    guard let word = peek() else { return nil }
    position = word.range.upperBound
    skipBlanks()
    return word
  }

  mutating func consume(_ word: String) -> Bool {
    guard peek()?.text == word else { return false }
    _ = next()
    return true
  }

  /// The word, or a fault that shows what should follow.
  mutating func expect(_ word: String, _ shown: String) throws(CheckFault) {
    guard consume(word) else { throw CheckFault("expected \(shown)", at: peek()?.range ?? rest) }
  }

  func expectEnd() throws(CheckFault) {
    guard isAtEnd else {
      throw CheckFault("nothing more belongs here", at: position..<end)
    }
  }

  // MARK: Numbers

  /// A number as it is compared, and whether it was a length of time.
  struct Number {
    var value: Double
    var isDuration: Bool
    var range: Range<Int>
  }

  mutating func number() throws(CheckFault) -> Number {
    guard let word = next() else {
      throw CheckFault("expected a number or a length of time", at: rest)
    }
    guard let literal = try literal(word.text, at: word.range) else {
      throw CheckFault(
        "'\(word.text)' is neither a number nor a length of time such as 250ms", at: word.range)
    }
    switch literal {
    case .int(let value):
      return Number(value: Double(value), isDuration: false, range: word.range)
    case .float(let value): return Number(value: value, isDuration: false, range: word.range)
    case .duration(let value):
      return Number(value: Double(value) / 1e9, isDuration: true, range: word.range)
    case .string, .bool, .status, .kind:
      throw CheckFault("\(literal) is no number", at: word.range)
    }
  }

  private mutating func literal(
    _ text: String, at range: Range<Int>
  ) throws(CheckFault) -> Literal? {
    guard text.hasPrefix("$") else { return Literal(parameterText: text) }
    let name = String(text.dropFirst())
    parametersUsed.insert(name)
    guard let value = parameters[name] else {
      let near = NearestName.of(name, among: parameters.names)
      throw CheckFault(
        "'\(text)' has no value" + (near.map { "; did you mean '$\($0)'?" } ?? ""), at: range)
    }
    return value
  }
}
