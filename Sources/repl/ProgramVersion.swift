/// The version of the program.
package enum ProgramVersion {
  package static let text = "0.1.0"
  /// Day of that version, for the manual page.
  package static let date = "2026-11-25"
}
