/// A place in a text as people count it: lines and characters from 1.
package struct SourcePosition: Sendable, Equatable {
  package var line: Int
  /// In Unicode scalars.
  package var column: Int

  /// The place of a byte offset; offsets behind the end mean the end.
  package init(of offset: Int, in source: String) {
    line = 1
    column = 1
    var position = 0
    for scalar in source.unicodeScalars {
      guard position < offset else { return }
      position += UTF8.width(scalar)
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
  }
}
