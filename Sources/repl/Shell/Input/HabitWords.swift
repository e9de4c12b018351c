/// What people type who come from other shells, and what it is here.
package enum HabitWords {
  /// The dot command that an input stands for which is no statement of ours; nil for all others.
  package static func command(_ input: String) -> String? {
    var word = input.trimmingBlanks
    while word.last == ";" { word.removeLast() }
    switch word.lowercased() {
    case "exit", "quit", "logout", "\\q", ":q", ".exit": return ".quit"
    case "help", "?", "\\?", "\\h": return ".help"
    default: return nil
    }
  }
}
