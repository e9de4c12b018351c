import Glibc
import Parquet

/// One file of a local store: read by position, opened and closed behind the scenes.
struct LocalFile: ByteSource {
  let path: String
  let byteCount: Int
  private let openFiles: OpenFiles
  private let ticket: Int

  init(path: String, byteCount: Int, openFiles: OpenFiles) {
    self.path = path
    self.byteCount = byteCount
    self.openFiles = openFiles
    ticket = openFiles.ticket()
  }

  func read(_ range: Range<Int>) throws(ByteSourceError) -> [UInt8] {
    try bytes(of: range)
  }

  func read(
    _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(ByteSourceError) {
    do throws(StorageError) {
      let file = try openFiles.descriptor(ticket, path: path)
      try file.read(range, into: target, path: path)
    } catch {
      throw ByteSourceError(error)
    }
  }
}

/// One file of a local store of which a little is read at once: open as long as this lives.
struct PassingFile: ByteSource {
  let path: String
  let byteCount: Int
  let descriptor: OpenFiles.Descriptor

  init(path: String) throws(StorageError) {
    self.path = path
    descriptor = try OpenFiles.Descriptor(path: path)
    var status = stat()
    guard fstat(descriptor.number, &status) == 0 else { throw .system(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is not a file")
    }
    byteCount = Int(status.st_size)
  }

  func read(_ range: Range<Int>) throws(ByteSourceError) -> [UInt8] {
    try bytes(of: range)
  }

  func read(
    _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(ByteSourceError) {
    do throws(StorageError) {
      try descriptor.read(range, into: target, path: path)
    } catch {
      throw ByteSourceError(error)
    }
  }
}

extension ByteSourceError {
  /// The reader names the file itself.
  fileprivate init(_ error: StorageError) {
    if case .unreadable(_, let reason) = error {
      self.init(reason)
    } else {
      self.init(error.isMissing ? "it is no longer there" : error.description)
    }
  }
}

extension ByteSource {
  /// An array filled by `read(_:into:)`.
  fileprivate func bytes(of range: Range<Int>) throws(ByteSourceError) -> [UInt8] {
    var failure: ByteSourceError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      do throws(ByteSourceError) {
        let target = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: range.count)
        try read(range, into: target)
        filled = range.count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

extension OpenFiles.Descriptor {
  /// Reads exactly the bytes of `range` into `target`, which has room for them.
  func read(
    _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer, path: String
  ) throws(StorageError) {
    precondition(target.count == range.count, "room for exactly the bytes asked for")
    guard let base = target.baseAddress else { return }
    var done = 0
    while done < range.count {  // every turn reads a byte, is interrupted or leaves
      let count = pread(number, base + done, range.count - done, range.lowerBound + done)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw .system(path: path, code: errno) }
      if count == 0 {
        throw .unreadable(
          path: path,
          reason: "it ends at byte \(range.lowerBound + done), before byte \(range.upperBound)")
      }
      done += count
    }
  }
}
