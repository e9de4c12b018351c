import Glibc

/// Where answers go: the terminal, a pager where they are longer than it, or a file.
@MainActor
final class ShellOutput {
  private let isInteractive: Bool
  var usesPager = true
  /// The file of `.output`, and of `.once`.
  private var file: AnswerFile?
  private var onceFile: AnswerFile?

  init(isInteractive: Bool) { self.isInteractive = isInteractive }

  /// Sends answers to `path` from now on, or back to the terminal.
  func redirect(to path: String?) throws(CommandFailure) {
    file = nil
    if let path { file = try AnswerFile(path) }
  }

  /// Sends the next answer there.
  func redirectOnce(to path: String) throws(CommandFailure) { onceFile = try AnswerFile(path) }

  /// Whether answers are drawn for a screen.
  var isTerminal: Bool { file == nil && onceFile == nil && StandardStream.output.isTerminal }

  /// What the name of the file that answers go to asks for; nil if it says nothing.
  var fileMode: ShellMode? { (onceFile ?? file).flatMap { ShellMode.ofFile($0.path) } }

  /// An answer has been written as a whole.
  func finishAnswer() { onceFile = nil }

  func write(_ bytes: [UInt8]) {
    if let target = onceFile ?? file { return target.write(bytes) }
    StandardStream.output.write(bytes)
  }

  func write(_ text: String) { write(Array(text.utf8)) }

  /// Lines for people; through a pager where they do not fit.
  func write(lines: [String]) {
    guard !lines.isEmpty else { return }
    let text = lines.joined(separator: "\n") + "\n"
    if isInteractive, usesPager, isTerminal, let pager = Pager.wanted(lines: lines.count) {
      return pager.show(text)
    }
    write(text)
  }

  /// What is wrong, on standard error. Errors never go to the file.
  func complain(_ text: String) {
    guard isInteractive, StandardStream.error.isTerminal else {
      return StandardStream.error.write(text)
    }
    let width = max(20, WindowSize.current.columns - 1)
    var isSource = false
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      // Source and the marks below it stay as they are.
      let wasSource = isSource
      isSource = line.first?.isNumber == true && line.contains(" | ")
      guard !isSource, !wasSource, DisplayWidth.of(String(line)) > width else {
        return [String(line)]
      }
      return DisplayWidth.wrapped(String(line), to: width)
    }
    StandardStream.error.write(lines.joined(separator: "\n"))
  }

  /// A line for the person at the terminal: what a command did. Nobody else sees it.
  func note(_ sentence: String) {
    guard isInteractive else { return }
    StandardStream.output.write(Terminal().outputStyle.apply(.dim, to: sentence) + "\n")
  }
}

/// A file that answers are written to.
final class AnswerFile {
  private let descriptor: Int32
  let path: String

  init(_ path: String) throws(CommandFailure) {
    self.path = path
    descriptor = open(FilePath.expandingHome(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw CommandFailure(
        "\(PrintableText.escaped(path)): \(SystemText.errorMessage(errno))", code: .badRequest)
    }
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, Array(rest), rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = SystemText.errorMessage(errno)
        return StandardStream.error.write("traceql: \(PrintableText.escaped(path)): \(reason)\n")
      }
      rest = rest.dropFirst(count)
    }
  }
}
