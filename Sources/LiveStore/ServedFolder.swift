import BlockWriter
package import Columns
import Glibc
package import Storage
import WriteAheadLog

/// A data folder that a server may be writing to, as another process reads it: its blocks, and the
/// spans that are in its logs and in no block yet.
package enum ServedFolder {
  /// The catalogue of a place, logs included where it is a data folder or a tenant's part of one.
  package static func open(
    path: String, tenant: String?, cache: BoundedCache
  ) throws(StorageError) -> BlockCatalog {
    guard let place = place(of: path, tenant: tenant) else {
      return try BlockCatalog.open(path: path, tenant: tenant, cache: cache)
    }
    let names = place.folder.names().filter { place.tenant == nil || $0.tenant == place.tenant }
    let tenants = Set(names.map(\.tenant)).sorted()
    // The logs are read before the blocks are listed: what is gone by then is in the list.
    var logs: [ReplayedLog] = []
    if tenants.count == 1 {
      for name in names {
        if let log = try read(name, in: place.folder), log.spanCount > 0 { logs.append(log) }
      }
    }
    let stored = try blocks(path, tenant, cache, hasLogs: !names.isEmpty)
    let known = Set(tenants + (stored.map { [$0.tenant] } ?? []))
    guard known.count == 1 else { throw .severalTenants(known.sorted(), path: path) }
    var catalogs = stored.map { [$0] } ?? []
    for log in logs where try !isPublished(log, place.folder) {
      catalogs.append(catalog(of: log, path: path, cache))
    }
    guard !catalogs.isEmpty else { throw .noBlocks(path: path, hint: "") }
    return BlockCatalog.joined(catalogs)
  }

  /// What a folder that is being served looks like from outside. Of two equal states the spans are
  /// the same.
  package struct State: Sendable, Equatable {
    /// Bytes of each log.
    fileprivate var logs: [LogFolder.Name: Int] = [:]
    /// When blocks last came or went, by tenant: seconds and nanoseconds.
    fileprivate var changes: [String: [Int]] = [:]
  }

  /// nil: nobody serves the folder.
  package static func state(of path: String, tenant: String?) -> State? {
    guard let place = place(of: path, tenant: tenant) else { return nil }
    var state = State()
    for name in place.folder.names() where place.tenant == nil || name.tenant == place.tenant {
      var facts = stat()
      guard stat(place.folder.path(of: name), &facts) == 0 else { continue }
      state.logs[name] = Int(facts.st_size)
      guard stat(place.folder.root + "/" + name.tenant, &facts) == 0 else { continue }
      state.changes[name.tenant] = [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec]
    }
    return state
  }

  private struct Place {
    var folder: LogFolder
    /// nil: whichever there is.
    var tenant: String?
  }

  /// Where the logs of a path are; nil if there are none.
  private static func place(of path: String, tenant: String?) -> Place? {
    let own = LogFolder(root: path)
    if !own.names().isEmpty { return Place(folder: own, tenant: tenant) }
    // A tenant's folder: the logs are beside it.
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard let name = parts.last, name != ".", name != ".." else { return nil }
    let above = parts.dropLast().joined(separator: "/")
    let root = path.hasPrefix("/") ? "/" + above : above.isEmpty ? "." : above
    let folder = LogFolder(root: root)
    guard tenant == nil || tenant == String(name),
      folder.names().contains(where: { $0.tenant == name })
    else { return nil }
    return Place(folder: folder, tenant: String(name))
  }

  /// The stored blocks; nil if there are none, where that is no mistake.
  private static func blocks(
    _ path: String, _ tenant: String?, _ cache: BoundedCache, hasLogs: Bool
  ) throws(StorageError) -> BlockCatalog? {
    do throws(StorageError) {
      return try BlockCatalog.open(path: path, tenant: tenant, cache: cache)
    } catch {
      switch error {
      case .noBlocks, .unknownTenant, .missing: if hasLogs { return nil }
      default: break
      }
      throw error
    }
  }

  private static func read(
    _ name: LogFolder.Name, in folder: LogFolder
  ) throws(StorageError) -> ReplayedLog? {
    do throws(LogError) {
      return try ReplayedLog(name, in: folder)
    } catch {
      throw .unreadable(path: error.path, reason: error.reason)
    }
  }

  private static func isPublished(
    _ log: ReplayedLog, _ folder: LogFolder
  ) throws(StorageError) -> Bool {
    try LogReplay.isPublished(
      LogFolder.Name(tenant: log.tenant, number: log.number, blockID: log.blockID),
      root: folder.root)
  }

  private static func catalog(
    of log: ReplayedLog, path: String, _ cache: BoundedCache
  ) -> BlockCatalog {
    let blocks = log.chunks.compactMap { table in
      let id = BlockID.random()
      return DeferredBlock(
        table, BlockIdentity(blockID: id, tenant: log.tenant),
        name: "\(path) (write-ahead log, \(id))", cache: cache)?.block
    }
    return BlockCatalog(path: path, tenant: log.tenant, blocks: blocks, warnings: log.damage)
  }
}
