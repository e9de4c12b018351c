/// Something that may be inserted at the cursor.
package struct Candidate: Sendable, Equatable {
  package enum Kind: Sendable { case name, value, word, function, stage, command, file }

  /// What is inserted.
  package var text: String
  /// What the list shows; `text` unless that would be hard to read.
  package var label: String
  package var kind: Kind
  /// How many spans have it; nil while that is not known.
  package var count: Int?
  /// A few words on what it is.
  package var note: String

  package init(
    _ text: String, label: String? = nil, kind: Kind, count: Int? = nil, note: String = ""
  ) {
    self.text = text
    self.label = label ?? text
    self.kind = kind
    self.count = count
    self.note = note
  }
}

/// What fits at the cursor, and the bytes it would replace.
package struct CompletionList: Sendable, Equatable {
  package var replacing: Range<Int>
  package var candidates: [Candidate]
  /// Whether more may become known: counts, values.
  package var isPending: Bool
  /// What the list is narrowed by, as a line above it; "" if by nothing.
  package var heading: String

  package init(
    replacing: Range<Int>, candidates: [Candidate] = [], isPending: Bool = false,
    heading: String = ""
  ) {
    self.replacing = replacing
    self.candidates = candidates
    self.isPending = isPending
    self.heading = heading
  }

  /// The longest beginning all candidates share.
  package var sharedStart: String {
    guard var shared = candidates.first?.text else { return "" }
    for candidate in candidates.dropFirst() {
      shared = String(zip(shared, candidate.text).prefix { $0 == $1 }.map(\.0))
    }
    return shared
  }
}
