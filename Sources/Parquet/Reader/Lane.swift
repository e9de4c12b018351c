/// A level of nesting: entries with at most `repetition` and at least `definition` start a new
/// element of it.
package struct Lane: Sendable, Hashable {
  package var repetition: Int
  package var definition: Int

  package init(repetition: Int, definition: Int) {
    self.repetition = repetition
    self.definition = definition
  }

  /// One element a row.
  package static let row = Lane(repetition: 0, definition: 0)

  /// The elements of the `depth`-th repeated ancestor of `leaf`; 0 = rows.
  package init(depth: Int, of leaf: Leaf) {
    repetition = depth
    definition = depth == 0 ? 0 : leaf.repeatedDefinitions[depth - 1]
  }
}
