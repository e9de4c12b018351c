/// What the process tells its caller.
package enum ExitCode: Int32, Sendable {
  /// Also when nothing was found.
  case answered = 0
  /// `trace` has nothing to show; `lint` and `fmt --check` have something to say.
  case noSuchTrace = 1
  case badRequest = 2
  /// Partial on request (`--timeout`) or by a limit.
  case partial = 3
  case unreadable = 4
  case interrupted = 130

  package static var findings: ExitCode { .noSuchTrace }
}
