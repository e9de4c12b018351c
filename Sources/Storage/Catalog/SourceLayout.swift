import Glibc

/// What a path that somebody named turned out to be.
struct SourceLayout: Sendable {
  enum Kind: Sendable, Equatable {
    /// One Parquet file, without metadata.
    case bareFile(String)
    /// The store's root is a block's folder.
    case block
    /// The store's root is a write-ahead folder.
    case writeAhead(WriteAheadName)
    /// The store's root is a tenant's folder.
    case tenant
    /// The store's root holds tenant folders of these names.
    case tenants([String])
    /// The store's root is a live-store's folder: write-ahead folders and `blocks/<tenant>/`.
    case liveStore([WriteAheadName], completedTenants: [String])
  }

  var store: LocalStore
  var kind: Kind
  /// Last part of the root's real path: `.` and links have names too.
  var folderName: String

  /// Looks at `path` until it is clear what it is.
  init(path: String) throws(StorageError) {
    let named = LocalStore(root: path)
    guard try named.isFolder("") else {
      (store, folderName) = Self.parent(of: named.root)
      let file = String(named.root.split(separator: "/").last ?? "")
      let isPartOfBlock =
        try store.holds("meta.json") && ["data.parquet", "meta.json"].contains(file)
      kind = isPartOfBlock ? .block : .bareFile(file)
      return
    }
    store = named
    folderName = Self.realName(of: named.root)
    guard let kind = try Self.kind(of: named, folderName: folderName) else {
      throw .noBlocks(path: named.root, hint: try Self.hint(for: named))
    }
    self.kind = kind
  }
}

// MARK: Folders

extension SourceLayout {
  private static func kind(
    of store: LocalStore, folderName: String
  ) throws(StorageError) -> Kind? {
    let listing = try store.list(prefix: "")
    let names = Set(listing.names)
    if let name = WriteAheadName(folderName), !names.contains("data.parquet") {
      return .writeAhead(name)
    }
    if names.contains("meta.json") || names.contains("meta.compacted.json") { return .block }
    if names.contains("data.parquet") { return .bareFile("data.parquet") }
    if listing.prefixes.contains(where: { BlockID.isValid($0) }) { return .tenant }
    let writeAhead = listing.prefixes.compactMap { WriteAheadName($0) }
    let completed =
      listing.prefixes.contains("blocks") ? try tenants(of: store, prefix: "blocks/") : []
    if !writeAhead.isEmpty || !completed.isEmpty {
      return .liveStore(writeAhead, completedTenants: completed)
    }
    let tenants = try tenants(of: store, prefix: "")
    return tenants.isEmpty ? nil : .tenants(tenants)
  }

  /// Folders below `prefix` that have folders called like blocks.
  private static func tenants(
    of store: LocalStore, prefix: String
  ) throws(StorageError) -> [String] {
    var tenants: [String] = []
    for name in try store.list(prefix: prefix).prefixes where !name.hasPrefix(".") {
      do throws(StorageError) {
        let inside = try store.list(prefix: prefix + name + "/")
        if inside.prefixes.contains(where: { BlockID.isValid($0) }) { tenants.append(name) }
      } catch {
        continue  // Other people's folders may stand beside the tenants, and come and go.
      }
    }
    return tenants
  }

  /// Where blocks are, if they are one folder further down.
  private static func hint(for store: LocalStore) throws(StorageError) -> String {
    var found: [String] = []
    for name in try store.list(prefix: "").prefixes.prefix(50) where !name.hasPrefix(".") {
      let below = LocalStore(root: store.location(of: name))
      do throws(StorageError) {
        if try kind(of: below, folderName: name) != nil { found.append(name) }
      } catch {
        continue  // Only a hint: what cannot be looked at is not offered.
      }
    }
    if found.isEmpty { return "" }
    return "there are blocks in its folder\(found.count == 1 ? "" : "s") "
      + found.prefix(5).joined(separator: ", ")
  }
}

// MARK: Names

extension SourceLayout {
  private static func parent(of path: String) -> (LocalStore, String) {
    let folder: String
    if let slash = path.lastIndex(of: "/") {
      folder = slash == path.startIndex ? "/" : String(path[..<slash])
    } else {
      folder = "."
    }
    return (LocalStore(root: folder), realName(of: folder))
  }

  private static func realName(of path: String) -> String {
    guard let resolved = realpath(path, nil) else { return "" }
    defer { free(resolved) }
    return String(String(cString: resolved).split(separator: "/").last ?? "")
  }
}
