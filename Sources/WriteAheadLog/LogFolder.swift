import Glibc

/// Where logs lie: `<root>/wal/<tenant>/<number>-<block id>.wal`, a file for each block to be.
package struct LogFolder: Sendable {
  package let root: String

  package init(root: String) { self.root = root }

  private var path: String { root + "/wal" }

  package func path(of tenant: String) -> String { path + "/" + tenant }

  /// A log's place in line, and the block its spans become.
  package struct Name: Sendable, Hashable {
    package var tenant: String
    package var number: Int
    package var blockID: String

    package init(tenant: String, number: Int, blockID: String) {
      self.tenant = tenant
      self.number = number
      self.blockID = blockID
    }

    var file: String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, 10 - digits.count)) + digits + "-\(blockID).wal"
    }

    /// nil for files called anything else.
    init?(tenant: String, file: String) {
      guard file.hasSuffix(".wal"), let dash = file.firstIndex(of: "-"),
        let number = Int(file[..<dash]), number >= 0
      else { return nil }
      self.tenant = tenant
      self.number = number
      blockID = String(file[file.index(after: dash)...].dropLast(4))
      guard blockID.utf8.count == 36 else { return nil }
    }
  }

  package func path(of name: Name) -> String { path(of: name.tenant) + "/" + name.file }

  /// The logs there are, by tenant and in the order in which they were begun.
  package func names() -> [Name] {
    Self.entries(path).sorted().flatMap { tenant in
      Self.entries(path(of: tenant)).compactMap { Name(tenant: tenant, file: $0) }
        .sorted { $0.number < $1.number }
    }
  }

  /// Makes the tenant's folder, safely.
  package func create(tenant: String) throws(LogError) {
    for folder in [root, path, path(of: tenant)] {
      guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
        throw LogError(path: folder, code: errno)
      }
    }
    try Self.synchronize(root)
    try Self.synchronize(path)
  }

  package func createLog(_ name: Name) throws(LogError) -> LogFile {
    try create(tenant: name.tenant)
    let file = try LogFile(path: path(of: name), folder: path(of: name.tenant))
    let header = LogRecord.header(blockID: name.blockID, tenant: name.tenant).encoded
    do throws(LogError) {
      try file.append([header], isSafe: false)
    } catch {
      unlink(file.path)
      throw error
    }
    return file
  }

  /// A log's bytes; nil if it is gone, which it is once its block is there.
  package func read(_ name: Name) throws(LogError) -> [UInt8]? {
    let path = path(of: name)
    let number = open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else {
      if errno == ENOENT { return nil }
      throw LogError(path: path, code: errno)
    }
    defer { close(number) }
    var status = stat()
    guard fstat(number, &status) == 0 else { throw LogError(path: path, code: errno) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {  // every turn reads a byte, is interrupted or leaves
      let count = bytes.withUnsafeMutableBytes { bytes in
        pread(number, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(done))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw LogError(path: path, code: errno) }
      if count == 0 { break }
      done += count
    }
    bytes.removeLast(bytes.count - done)
    return bytes
  }

  /// Removes a log whose spans are safe elsewhere.
  package func remove(_ name: Name) throws(LogError) {
    let path = path(of: name)
    guard unlink(path) == 0 || errno == ENOENT else { throw LogError(path: path, code: errno) }
    try Self.synchronize(self.path(of: name.tenant))
  }

  /// Puts a damaged log aside, under a name that nothing reads: somebody may want to look at it.
  package func putAside(_ name: Name) throws(LogError) {
    let path = path(of: name)
    guard rename(path, path + ".damaged") == 0 else { throw LogError(path: path, code: errno) }
    try Self.synchronize(self.path(of: name.tenant))
  }

  /// Makes sure of the names in a folder.
  static func synchronize(_ path: String) throws(LogError) {
    let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw LogError(path: path, code: errno) }
    defer { close(number) }
    guard fsync(number) == 0 else { throw LogError(path: path, code: errno) }
  }

  /// The names in a folder; none, if it cannot be looked into.
  private static func entries(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}
