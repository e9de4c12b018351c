import Glibc

/// A file that stands under its name once it is whole; until then what was there before stays, and
/// what is never committed leaves nothing.
final class WholeFile {
  private let shownPath: String
  private let path: String
  /// Where the bytes are until then; nil for what is no file: a pipe, a terminal, /dev/null.
  private var temporary: String?
  private let descriptor: Int32

  /// Takes permissions over from a file that it will replace.
  init(_ path: String) throws(CommandFailure) {
    shownPath = PrintableText.escaped(path)
    let given = FilePath.expandingHome(path)
    // The file a link points to is replaced, not the link.
    let target = realpath(given, nil)
    self.path = target.map { String(cString: $0) } ?? given
    free(target)
    var status = stat()
    let exists = stat(self.path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      descriptor = open(self.path, O_WRONLY | O_CLOEXEC)
    } else {
      let temporary = self.path + ".\(getpid()).part"
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        self.temporary = temporary
        if exists { fchmod(descriptor, status.st_mode & 0o7777) }
      }
    }
    guard descriptor >= 0 else { throw failure() }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let temporary { unlink(temporary) }
  }

  func write(_ bytes: [UInt8]) throws(CommandFailure) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      // A file takes everything at once, as a rule.
      rest.removeFirst(count)
    }
  }

  /// Puts the file in its place, once everything is on disk.
  func commit() throws(CommandFailure) {
    guard let temporary else { return }
    guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw failure() }
    self.temporary = nil
  }

  private func failure() -> CommandFailure {
    CommandFailure("\(shownPath): \(SystemText.errorMessage(errno))", code: .badRequest)
  }
}
