import Glibc
import Synchronization

/// Why something cannot be written or made sure of.
package struct LogError: Error, Sendable, Equatable {
  package var path: String
  package var code: Int32

  package init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }

  package var reason: String { String(cString: strerror(code)) }
  package var message: String { "\(path): \(reason)" }
}

/// A log that is being written: records go to its end, all of a batch or none.
///
/// One thread writes at a time; that is the caller's promise.
package final class LogFile: Sendable {
  package let path: String
  private let number: Int32
  private let state: Mutex<State>

  private struct State {
    /// Bytes of complete batches: where the next one begins.
    var byteCount = 0
    var isSynchronized = true
    /// The end could not be cut back: nothing may follow it.
    var isBroken = false
  }

  /// Creates the log, which must not be there yet, and makes its name safe.
  package init(path: String, folder: String) throws(LogError) {
    self.path = path
    state = Mutex(State())
    number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw LogError(path: path, code: errno) }
    do throws(LogError) {
      try LogFolder.synchronize(folder)
    } catch {
      unlink(path)
      throw error
    }
  }

  deinit { close(number) }

  package var byteCount: Int { state.withLock { $0.byteCount } }

  /// Nothing can follow any more; a new log has to be begun.
  package var isBroken: Bool { state.withLock { $0.isBroken } }

  /// Writes records; if `isSafe`, they are on disk afterwards. After an error none is there.
  package func append(_ records: [[UInt8]], isSafe: Bool) throws(LogError) {
    let start = byteCount
    guard !isBroken else { throw LogError(path: path, code: EIO) }
    do throws(LogError) {
      var end = start
      for record in records {
        try write(record, at: end)
        end += record.count
      }
      state.withLock { state in
        state.byteCount = end
        state.isSynchronized = false
      }
      if isSafe { try synchronize() }
    } catch {
      cutBack(to: start)
      throw error
    }
  }

  /// Makes sure of everything written so far.
  package func synchronize() throws(LogError) {
    if state.withLock({ $0.isSynchronized }) { return }
    guard fdatasync(number) == 0 else {
      let code = errno
      // What the kernel could not write it may have forgotten: no more is put behind it.
      state.withLock { $0.isBroken = true }
      throw LogError(path: path, code: code)
    }
    state.withLock { $0.isSynchronized = true }
  }

  private func write(_ bytes: [UInt8], at start: Int) throws(LogError) {
    var done = 0
    while done < bytes.count {  // every turn writes a byte, is interrupted or leaves
      let count = bytes.withUnsafeBytes { bytes in
        pwrite(
          number, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(start + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw LogError(path: path, code: count < 0 ? errno : ENOSPC) }
      done += count
    }
  }

  private func cutBack(to byteCount: Int) {
    let isCut = ftruncate(number, off_t(byteCount)) == 0
    state.withLock { state in
      state.byteCount = byteCount
      if !isCut { state.isBroken = true }
    }
  }
}
