package import Columns
import Glibc

/// The blocks of one tenant in a folder that is written to: `<root>/<tenant>/<block>`.
package struct TenantFolder: Sendable {
  package let root: String
  package let tenant: String
  package var path: String { root + "/" + tenant }

  package init(root: String, tenant: String) {
    self.root = root
    self.tenant = tenant
  }

  /// Object that names the blocks a block was made of, one a line.
  package static let sourcesName = "sources"
  private static let sourcesBytesMax = 1 << 20

  /// Every tenant of a data folder.
  package static func all(root: String) throws(StorageError) -> [TenantFolder] {
    let store = LocalStore(root: root)
    var tenants: [TenantFolder] = []
    for name in try store.list(prefix: "").prefixes where name != "wal" && !name.hasPrefix(".") {
      let blocks = try store.list(prefix: name + "/").prefixes
      if blocks.contains(where: { BlockID.isValid($0) }) {
        tenants.append(TenantFolder(root: root, tenant: name))
      }
    }
    return tenants
  }

  /// The live blocks. Blocks whose metadata cannot be read are left alone.
  package func blocks(cache: BoundedCache) throws(StorageError) -> [Block] {
    var collector = BlockCollector(store: LocalStore(root: root), cache: cache)
    try collector.addTenant(tenant, prefix: tenant + "/", usingIndex: false)
    return collector.sortedBlocks
  }

  /// Blocks that Tempo was told not to compact.
  package func isHeld(_ block: Block) throws(StorageError) -> Bool {
    try LocalStore(root: path).holds(block.name + "/nocompact.flg")
  }
}

// MARK: Retiring

extension TenantFolder {
  /// Marks a block as replaced or expired: it is no longer searched. Doing it twice is no harm.
  package func retire(_ blockID: String) throws(StorageError) {
    let folder = path + "/" + blockID
    let (live, retired) = (folder + "/meta.json", folder + "/meta.compacted.json")
    // The time of the file says when; a rename keeps it.
    utimensat(AT_FDCWD, live, nil, 0)
    guard rename(live, retired) == 0 else {
      if errno == ENOENT { return }
      throw .writing(path: live, code: errno)
    }
    try LocalBlockFolder.synchronizeFolder(folder)
  }

  /// Removes a block that has been retired.
  package func clear(_ blockID: String) { LocalBlockFolder.remove(path + "/" + blockID) }

  /// Retired blocks, with the time of their retirement in Unix nanoseconds.
  package func retired() throws(StorageError) -> [(blockID: String, time: UInt64)] {
    var found: [(blockID: String, time: UInt64)] = []
    for name in try LocalStore(root: path).list(prefix: "").prefixes where BlockID.isValid(name) {
      var status = stat()
      guard stat(path + "/" + name + "/meta.compacted.json", &status) == 0 else { continue }
      let time = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
      found.append((name, UInt64(max(0, time))))
    }
    return found
  }
}

// MARK: After a crash

extension TenantFolder {
  /// Puts right what a process that died left: retires blocks whose replacement is there, removes
  /// folders nobody writes any more. Returns how many of each.
  package func recover(
    _ blocks: [Block]
  ) throws(StorageError) -> (replaced: [String], abandoned: Int) {
    let store = LocalStore(root: path)
    let live = Set(blocks.map(\.name))
    var replaced: Set<String> = []
    for block in blocks where try store.holds(block.name + "/" + Self.sourcesName) {
      let bytes = try store.read(
        block.name + "/" + Self.sourcesName, byteCountMax: Self.sourcesBytesMax)
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        let source = String(decoding: line, as: UTF8.self)
        if live.contains(source), source != block.name { replaced.insert(source) }
      }
    }
    for source in replaced.sorted() { try retire(source) }
    var abandoned = 0
    for name in try store.list(prefix: "").prefixes where BlockID.isValid(name) {
      if try removeIfAbandoned(name, store) { abandoned += 1 }
    }
    return (replaced.sorted(), abandoned)
  }

  private func removeIfAbandoned(
    _ name: String, _ store: LocalStore
  ) throws(StorageError) -> Bool {
    let marker = name + "/" + LocalBlockFolder.markerName
    // A writer that died before its first file, or one that died removing: only if it is empty.
    if rmdir(path + "/" + name) == 0 { return true }
    guard try store.holds(marker),
      let lock = try FileLock(path: path + "/" + marker, creating: false)
    else { return false }
    defer { withExtendedLifetime(lock) {} }
    for metadata in ["/meta.json", "/meta.compacted.json"]
    where try store.holds(name + metadata) {
      unlink(path + "/" + marker)
      return false
    }
    LocalBlockFolder.remove(path + "/" + name)
    return true
  }
}
