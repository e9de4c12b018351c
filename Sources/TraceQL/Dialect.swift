/// Which queries are accepted.
package enum Dialect: Sendable {
  /// Everything this language knows; what plain Tempo would refuse carries a note.
  case extended
  /// What Tempo accepts; extensions are errors.
  case tempo
}
