import Glibc

/// What the terminal can do, looked at once when the process starts.
package struct Terminal: Sendable {
  /// Columns of standard output; nil when it is no terminal.
  package var outputWidth: Int?
  package var outputStyle: TextStyle
  /// Columns of standard error; nil when it is no terminal.
  package var errorWidth: Int?
  package var errorStyle: TextStyle

  package init() {
    // https://no-color.org: any value but the empty one turns colour off.
    let wantsColour =
      SystemText.environment("NO_COLOR") == nil && SystemText.environment("TERM") != "dumb"
    outputWidth = Self.width(.output)
    errorWidth = Self.width(.error)
    outputStyle = outputWidth != nil && wantsColour ? .colour : .plain
    errorStyle = errorWidth != nil && wantsColour ? .colour : .plain
  }

  private static func width(_ stream: StandardStream) -> Int? {
    guard stream.isTerminal else { return nil }
    var size = winsize()
    if ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col)
    }
    return SystemText.environment("COLUMNS").flatMap { Int($0) } ?? 80
  }
}
