/// Statements run when the shell opens: `~/.config/traceql/rc`.
enum RcFile {
  static var path: String? {
    if let path = SystemText.environment("TRACEQL_RC") { return path }
    let folder =
      SystemText.environment("XDG_CONFIG_HOME")
      ?? SystemText.environment("HOME").map { $0 + "/.config" }
    return folder.map { $0 + "/traceql/rc" }
  }

  /// Runs it, if there is one. What is wrong in it is said and does not keep the shell from
  /// opening.
  @MainActor
  static func run(_ shell: Shell) async throws(CommandFailure) {
    guard let path, FilePath.exists(path) else { return }
    let keepsGoing = shell.options.keepsGoing
    shell.options.keepsGoing = true
    defer { shell.options.keepsGoing = keepsGoing }
    do throws(CommandFailure) {
      try await shell.read(path)
    } catch {
      shell.output.complain(error.text + "traceql: in \(PrintableText.escaped(path))\n")
    }
  }
}
