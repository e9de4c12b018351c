extension Parser {
  // ▷ field = attribute | intrinsic | scopedIntrinsic | BARENAME ;
  // ▷ intrinsic = "duration" | "name" | "status" | "statusMessage" | "kind" | "parent" |
  //   "rootName" | "rootServiceName" | "traceDuration" | "nestedSetLeft" | "nestedSetRight" |
  //   "nestedSetParent" ;
  /// An attribute or intrinsic; nil, with nothing consumed, when none starts here. With a
  /// diagnostic, when one starts here and is broken.
  mutating func parseFieldIfPresent() -> (Field, SourceRange)? {
    let token = current
    if let scope = token.kind.attributeScope { return parseAttribute(scope) }
    if let intrinsic = Vocabulary.intrinsic(for: token.kind) {
      advance()
      return (.intrinsic(intrinsic), token.range)
    }
    if let words = Vocabulary.scopedIntrinsics(token.kind) { return parseScopedIntrinsic(words) }
    switch token.kind {
    case .bareName: return parseBareName()
    case .childCount, .rootService, .id, .traceID, .spanID, .parentID, .timeSinceStart, .version:
      let advice = SpellingAdvice.qualified(token.kind)
      report(.unqualifiedIntrinsic(token.kind.rawValue, nearest: advice), at: token.range)
      return nil
    default: return nil
    }
  }

  /// A field where nothing else may stand.
  mutating func parseField() -> (Field, SourceRange) {
    suggestFields()
    if !isRecovering, let field = parseFieldIfPresent() { return field }
    unexpected(.field)
    return (.intrinsic(.name), current.range)
  }

  // ▷ attribute = scope , NAME ;
  // ▷ scope = "." | "span." | "resource." | "event." | "link." | "instrumentation." | "parent."
  //   | "parent.span." | "parent.resource." ;
  private mutating func parseAttribute(_ scope: Attribute.Scope) -> (Field, SourceRange)? {
    let token = advance()
    suggestAttributeNames(scope)
    guard at(.attributeName), !current.range.range.isEmpty else {
      unexpected(.tokens([.identifier]))
      return nil
    }
    let name = advance()
    let attribute = Attribute(scope, Lexer.name(spelledBy: bytes[name.range.range]))
    return (.attribute(attribute), span(token.range, name.range))
  }

  // ▷ scopedIntrinsic = "trace:" , ( "duration" | "rootName" | "rootService" | "id" ) | "span:"
  //   , ( "duration" | "name" | "kind" | "status" | "statusMessage" | "id" | "parentID" |
  //   "childCount" ) | "event:" , ( "name" | "timeSinceStart" ) | "link:" , ( "traceID" |
  //   "spanID" ) | "instrumentation:" , ( "name" | "version" ) ;
  private mutating func parseScopedIntrinsic(
    _ words: [(TokenKind, Intrinsic)]
  ) -> (Field, SourceRange)? {
    let scope = advance()
    suggest(.intrinsic(words.map(\.0)))
    guard let word = words.first(where: { at($0.0) }) else {
      unexpected(.intrinsic(words.map(\.0)))
      return nil
    }
    let last = advance()
    return (.intrinsic(word.1), span(scope.range, last.range))
  }

  /// A word that touches a dot and is no scope: an unscoped attribute, as people write it.
  private mutating func parseBareName() -> (Field, SourceRange)? {
    let token = advance()
    let name = Lexer.name(spelledBy: bytes[token.range.range])
    if name.hasPrefix("trace.") {
      report(.traceAttribute(String(name.dropFirst("trace.".count))), at: token.range)
      return nil
    }
    let attribute = Attribute(.unscoped, name)
    note(.bareName(Field.attribute(attribute).description), at: token.range)
    return (.attribute(attribute), token.range)
  }
}
