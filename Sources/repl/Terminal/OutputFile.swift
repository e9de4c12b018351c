import Glibc

/// Writes files whole or not at all.
enum OutputFile {
  /// Puts `bytes` in the place of the file at `path`, with its permissions; what it held is lost
  /// only once everything new is on disk. Says why not, if not.
  static func replace(_ path: String, with bytes: [UInt8]) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return SystemText.errorMessage(errno) }
    let temporary = path + ".\(getpid()).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return SystemText.errorMessage(errno) }
    var written = 0
    var isComplete = fchmod(descriptor, status.st_mode & 0o7777) == 0
    while isComplete, written < bytes.count {
      let count = Glibc.write(descriptor, Array(bytes[written...]), bytes.count - written)
      if count < 0, errno == EINTR { continue }
      isComplete = count > 0
      written += max(0, count)
    }
    isComplete = isComplete && fsync(descriptor) == 0
    let closed = close(descriptor) == 0
    guard isComplete, closed, rename(temporary, path) == 0 else {
      let problem = SystemText.errorMessage(errno)
      unlink(temporary)
      return problem
    }
    return nil
  }
}
