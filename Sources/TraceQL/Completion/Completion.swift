/// What may come next, and what has been typed of it.
package struct Completion: Sendable, Equatable {
  /// The word at the cursor, to be replaced by a choice; empty between words.
  package var replacing: SourceRange
  package var expectations: [Expectation]
}
