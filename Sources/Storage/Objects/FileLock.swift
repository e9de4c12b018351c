import Glibc

/// A file that one process at a time holds; the lock goes with the process, however it ends.
package final class FileLock: Sendable {
  private let number: Int32

  /// Creates the file where it is missing, unless `creating` is false; nil if another process holds
  /// it, or if it is not there.
  package init?(path: String, creating: Bool = true) throws(StorageError) {
    number = open(path, (creating ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0o644)
    guard number >= 0 else {
      if errno == ENOENT, !creating { return nil }
      throw .writing(path: path, code: errno)
    }
    if flock(number, LOCK_EX | LOCK_NB) == 0 { return }
    guard errno == EWOULDBLOCK else { throw .writing(path: path, code: errno) }
    return nil
  }

  deinit { close(number) }

  /// Who changes the blocks of a data folder holds this file in it.
  package static let dataFolderName = ".traceql.lock"
}
