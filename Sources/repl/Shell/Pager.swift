import Glibc

/// Another program that shows long text: `$PAGER`, else `less`.
struct Pager {
  private let command: String

  /// A pager if `lines` are more than the screen has; nil where there is none to be had.
  static func wanted(lines: Int) -> Pager? {
    guard lines > WindowSize.current.rows - 1 else { return nil }
    if let command = SystemText.environment("PAGER") { return Pager(command: command) }
    let folders = (SystemText.environment("PATH") ?? "/usr/bin:/bin").split(separator: ":")
    guard folders.contains(where: { access("\($0)/less", X_OK) == 0 }) else { return nil }
    // Colours as they are, no wrapping, gone when the text would have fitted.
    return Pager(command: "less -RSF")
  }

  /// Shows `text`, and comes back when the reader is done. Ctrl-C is the pager's business.
  func show(_ text: String) {
    let before = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, before) }
    guard let stream = popen(command, "w") else { return StandardStream.output.write(text) }
    let bytes = Array(text.utf8)
    // The reader may leave in the middle.
    fwrite(bytes, 1, bytes.count, stream)
    pclose(stream)
  }
}
