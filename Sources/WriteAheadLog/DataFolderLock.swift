import Glibc

/// One process at a time writes to a data folder; the lock goes with the process, however it ends.
package final class DataFolderLock: Sendable {
  private let number: Int32

  /// nil if another process has it.
  package init?(root: String) throws(LogError) {
    guard mkdir(root, 0o755) == 0 || errno == EEXIST else {
      throw LogError(path: root, code: errno)
    }
    let path = root + "/.traceql.lock"
    number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw LogError(path: path, code: errno) }
    if flock(number, LOCK_EX | LOCK_NB) == 0 { return }
    guard errno == EWOULDBLOCK else { throw LogError(path: path, code: errno) }
    return nil
  }

  deinit { close(number) }
}
