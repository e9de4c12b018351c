extension Literal {
  /// The value that somebody gave to a parameter.
  ///
  /// Exactly one literal as queries write it (`17`, `-0.5`, `250ms`, `"text"`, `true`, `error`), or
  /// a plain word, which is a string. Text that begins like a number and is none is refused: it is
  /// more often a mistake than meant as a string.
  static func parse(parameter name: String, text: String) throws(ParameterError) -> Literal {
    guard let first = text.utf8.first else { throw .emptyValue(name) }
    if let literal = sole(text) { return literal }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      throw .malformed(name: name, text: text)
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      let next = text.utf8.dropFirst().first
      if next.map({ first == UInt8(ascii: ".") ? $0.isDigit : !$0.isASCIILetter }) ?? true {
        throw .malformed(name: name, text: text)
      }
    default: break
    }
    guard text.unicodeScalars.allSatisfy(isPlain) else {
      throw .notOneLiteral(name: name, text: text)
    }
    return .string(text)
  }

  /// The literal that is all of `text`; nil if that is more, less or something else.
  package init?(parameterText text: String) {
    guard let literal = Literal.sole(text) else { return nil }
    self = literal
  }

  /// The literal that is all of `text`: no blank, no comment, nothing beside it.
  private static func sole(_ text: String) -> Literal? {
    let bytes = Array(text.utf8)
    guard bytes.count <= ParserLimits.queryBytesMax else { return nil }
    let (tokens, failure) = Lexer.tokenize(bytes)
    guard failure == nil, let first = tokens.first else { return nil }
    let isNegative = first.kind == .minus
    let count = isNegative ? 2 : 1
    guard tokens.count == count + 1, first.range.lowerBound == 0 else { return nil }
    let token = tokens[count - 1]
    guard !isNegative || token.range.lowerBound == 1, Int(token.range.upperBound) == bytes.count
    else { return nil }
    guard let value = Parser(bytes: bytes, tokens: tokens, lexicalFailure: nil).literalValue(token)
    else { return isNegative ? nil : namedLimit(text) }
    return isNegative ? value.negated : value
  }

  private static func namedLimit(_ text: String) -> Literal? {
    switch text {
    case "minInt": .int(.min)
    case "maxInt": .int(.max)
    default: nil
    }
  }

  private var negated: Literal? {
    switch self {
    case .int(let value): .int(-value)
    case .float(let value): .float(-value)
    case .duration(let value): .duration(-value)
    case .string, .bool, .status, .kind: nil
    }
  }

  /// What a word may be made of; neither blanks, quotes nor anything that queries use as an
  /// operator between words.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "_", "-", ".", "/", ":", "@", "%", "+", "#": true
    case _ where scalar.isASCII:
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate,
        .privateUse, .unassigned:
        false
      default: true
      }
    }
  }
}
