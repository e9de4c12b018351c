/// A kind and where it stands; the text is cut from the source when somebody needs it.
package struct Token: Sendable, Equatable {
  package var kind: TokenKind
  package var range: SourceRange

  init(_ kind: TokenKind, _ range: Range<Int>) {
    self.kind = kind
    self.range = SourceRange(range)
  }
}
