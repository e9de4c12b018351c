/// What the process tells its caller.
package enum ExitCode: Int32, Sendable {
  /// Also when nothing was found.
  case answered = 0
  case noSuchTrace = 1
  case badRequest = 2
  /// Partial on request (`--timeout`) or by a limit.
  case partial = 3
  case unreadable = 4
  case interrupted = 130
}
