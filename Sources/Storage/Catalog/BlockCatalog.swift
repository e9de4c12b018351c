package import Columns

/// The blocks of one tenant at one place, listed by their metadata; no data file is opened.
package struct BlockCatalog: Sendable {
  /// The path as it was given.
  package let path: String
  /// Empty for a bare file.
  package let tenant: String
  /// Live blocks, oldest first; blocks of one start time in the order of their ids.
  package let blocks: [Block]
  /// What was passed over, and why.
  package let warnings: [String]

  package init(path: String, tenant: String, blocks: [Block], warnings: [String]) {
    self.path = path
    self.tenant = tenant
    self.blocks = blocks
    self.warnings = warnings
  }

  /// Finds the blocks at `path`: a folder of tenants, a tenant's folder, a block's folder, a bare
  /// Parquet file, a live-store's folder, or a write-ahead folder.
  ///
  /// `tenant` may be nil if there is only one. Blocks that were compacted or deleted are left out;
  /// so are those with unreadable metadata, with a warning, unless nothing else is there: then the
  /// reason is thrown. `usingTenantIndex` trusts the tenant's index object, where there is one,
  /// instead of listing: right for buckets, while in a folder the listing is the truth.
  package static func open(
    path: String, tenant: String?, cache: BoundedCache, usingTenantIndex: Bool = false
  ) throws(StorageError) -> BlockCatalog {
    let layout = try SourceLayout(path: path)
    var collector = BlockCollector(store: layout.store, cache: cache)
    let found = try collector.add(
      layout, tenant: tenant, path: path, usingTenantIndex: usingTenantIndex)
    return BlockCatalog(
      path: path, tenant: found, blocks: try collector.finished(path: path),
      warnings: collector.warnings)
  }

  /// The blocks at several paths as one catalogue: a block that lies at more than one of them
  /// counts once. `tenant` is looked for at each.
  package static func open(
    paths: [String], tenant: String?, cache: BoundedCache, usingTenantIndex: Bool = false
  ) throws(StorageError) -> BlockCatalog {
    precondition(!paths.isEmpty, "there is something to open")
    var catalogs: [BlockCatalog] = []
    for path in paths {
      catalogs.append(
        try open(path: path, tenant: tenant, cache: cache, usingTenantIndex: usingTenantIndex))
    }
    return joined(catalogs)
  }

  /// Several places as one: blocks of one ID count once, those of the first place.
  package static func joined(_ catalogs: [BlockCatalog]) -> BlockCatalog {
    precondition(!catalogs.isEmpty, "there is something to join")
    guard catalogs.count > 1 else { return catalogs[0] }
    var known: Set<String> = []
    let blocks = catalogs.flatMap(\.blocks).filter { block in
      let id = block.metadata.blockID
      return known.insert(id.isEmpty ? block.location : id).inserted
    }
    let tenants = Set(catalogs.map(\.tenant))
    return BlockCatalog(
      path: catalogs.map(\.path).joined(separator: ", "),
      tenant: tenants.count == 1 ? catalogs[0].tenant : "",
      blocks: blocks.sorted(by: BlockCollector.isInOrder),
      warnings: catalogs.flatMap(\.warnings))
  }
}
