/// What a pattern comes down to where it is simple enough to need no automaton.
///
/// Texts are bytes of UTF-8. Each case says exactly what matches, not merely what may match.
package enum RegexShape: Sendable, Equatable {
  /// Every text: `.*`.
  case anything
  /// Exactly these texts: `GET|POST`.
  case literals([[UInt8]])
  /// Texts that start so: `api/.*`.
  case prefix([UInt8])
  /// Texts that end so: `.*\.css`.
  case suffix([UInt8])
  /// Texts that hold this: `.*error.*`.
  case contains([UInt8])
  /// Anything else.
  case general

  /// Reads the shape off a pattern that is known to compile.
  init(pattern: String) {
    guard let branches = Self.branches(of: pattern) else {
      self = .general
      return
    }
    let literals = branches.compactMap { $0.isLiteral ? $0.text : nil }
    if literals.count == branches.count {
      self = .literals(literals)
    } else if branches.count == 1 {
      self = branches[0].shape
    } else {
      self = .general
    }
  }
}

// MARK: Reading

extension RegexShape {
  /// One alternative: literal text, perhaps between `.*`.
  private struct Branch {
    var text: [UInt8] = []
    var isOpenAtStart = false
    var isOpenAtEnd = false

    var isLiteral: Bool { !isOpenAtStart && !isOpenAtEnd }

    var shape: RegexShape {
      if isOpenAtStart && text.isEmpty { return .anything }
      return switch (isOpenAtStart, isOpenAtEnd) {
      case (true, true): .contains(text)
      case (true, false): .suffix(text)
      case (false, true): .prefix(text)
      case (false, false): .literals([text])
      }
    }
  }

  /// The alternatives at the top level; nil if something in the pattern is more than that.
  private static func branches(of pattern: String) -> [Branch]? {
    var branches = [Branch()]
    var scalars = pattern.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "|":
        branches.append(Branch())
      case ".":
        guard scalars.popFirst() == "*" else { return nil }
        guard scalars.first != "?", scalars.first != "*", scalars.first != "+" else { return nil }
        guard !branches[branches.count - 1].isOpenAtEnd else { return nil }
        if branches[branches.count - 1].text.isEmpty {
          guard !branches[branches.count - 1].isOpenAtStart else { return nil }
          branches[branches.count - 1].isOpenAtStart = true
        } else {
          branches[branches.count - 1].isOpenAtEnd = true
        }
      case "\\":
        guard let escaped = scalars.popFirst(), isPunctuation(escaped) else { return nil }
        guard append(escaped, to: &branches[branches.count - 1], before: scalars) else {
          return nil
        }
      case "(", ")", "[", "]", "{", "}", "*", "+", "?", "^", "$":
        return nil
      default:
        guard append(scalar, to: &branches[branches.count - 1], before: scalars) else {
          return nil
        }
      }
    }
    return branches
  }

  /// Adds literal text, unless `.*` stands before it or a repetition behind it.
  private static func append(
    _ scalar: Unicode.Scalar, to branch: inout Branch, before rest: Substring.UnicodeScalarView
  ) -> Bool {
    if branch.isOpenAtEnd { return false }
    if let next = rest.first, ["*", "+", "?", "{"].contains(next) { return false }
    // Stray bytes in a text count as U+FFFD when they are matched, so byte equality is too strict.
    if scalar == "\u{FFFD}" { return false }
    branch.text.append(contentsOf: String(scalar).utf8)
    return true
  }

  /// ASCII punctuation: escaped, it stands for itself.
  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "!"..."/", ":"..."@", "["..."`", "{"..."~": true
    default: false
    }
  }
}
