import Glibc

/// Rows and columns of the terminal, as they are now.
package struct WindowSize: Sendable, Equatable {
  package var rows: Int
  package var columns: Int

  package static var current: WindowSize {
    var size = winsize()
    for stream in [StandardStream.output, .error, .input]
    where ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
      return WindowSize(rows: max(1, Int(size.ws_row)), columns: Int(size.ws_col))
    }
    return WindowSize(
      rows: SystemText.environment("LINES").flatMap { Int($0) } ?? 24,
      columns: SystemText.environment("COLUMNS").flatMap { Int($0) } ?? 80)
  }
}
