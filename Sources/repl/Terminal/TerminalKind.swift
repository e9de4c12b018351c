/// What the environment says of the terminal.
enum TerminalKind {
  /// A terminal that cannot move its cursor.
  static var isDumb: Bool {
    let name = SystemText.environment("TERM")
    return name == nil || name == "dumb"
  }
}
