import Glibc

/// A local file, read by position: any number of threads may read at once.
package final class FileByteSource: ByteSource {
  private let descriptor: Int32
  package let byteCount: Int

  /// Opens the file at `path` for reading.
  package init(path: String) throws(ByteSourceError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.error("cannot be opened") }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = Self.error("cannot be examined")
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ByteSourceError("not a regular file")
    }
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  package func read(_ range: Range<Int>) throws(ByteSourceError) -> [UInt8] {
    try check(range)
    var failure: ByteSourceError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      do throws(ByteSourceError) {
        try read(
          range,
          into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: range.count))
        filled = range.count
      } catch {
        failure = error
        filled = 0
      }
    }
    if let failure { throw failure }
    return bytes
  }

  package func read(
    _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(ByteSourceError) {
    try check(range)
    precondition(target.count == range.count, "room for exactly the bytes asked for")
    guard let base = target.baseAddress else { return }
    var done = 0
    while done < range.count {  // every turn reads a byte or leaves
      let n = pread(descriptor, base + done, range.count - done, range.lowerBound + done)
      if n < 0 {
        if errno == EINTR { continue }
        throw Self.error("cannot be read")
      }
      guard n > 0 else { throw ByteSourceError("the file became shorter while it was read") }
      done += n
    }
  }

  private func check(_ range: Range<Int>) throws(ByteSourceError) {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw ByteSourceError("bytes \(range) of a file of \(byteCount)")
    }
  }

  private static func error(_ what: String) -> ByteSourceError {
    ByteSourceError("\(what): \(String(cString: strerror(errno)))")
  }
}
