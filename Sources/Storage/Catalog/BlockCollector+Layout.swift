/// Finds the blocks of one tenant, whatever the place is.
extension BlockCollector {
  /// Adds the blocks of `tenant` at `layout`, nil for the only one; returns whose they are.
  mutating func add(
    _ layout: SourceLayout, tenant: String?, path: String, usingTenantIndex: Bool
  ) throws(StorageError) -> String {
    switch layout.kind {
    case .bareFile(let name):
      try addBareFile(name)
      return tenant ?? ""
    case .block: return try addOnlyBlock(tenant: tenant)
    case .writeAhead(let name):
      try Self.check(tenant, among: [name.tenant], path: path)
      try addWriteAhead(name, folder: "")
      return name.tenant
    case .tenant:
      try Self.check(tenant, among: [layout.folderName], path: path)
      try addTenant(layout.folderName, prefix: "", usingIndex: usingTenantIndex)
      return layout.folderName
    case .tenants(let known):
      let found = try Self.choose(tenant, among: known, path: path)
      try addTenant(found, prefix: found + "/", usingIndex: usingTenantIndex)
      return found
    case .liveStore(let writeAhead, let completed):
      let found = try Self.choose(
        tenant, among: layout.tenantNames ?? [], path: path)
      if completed.contains(found) {
        try addTenant(found, prefix: "blocks/\(found)/", usingIndex: false)
      }
      for name in writeAhead where name.tenant == found {
        try addWriteAhead(name, folder: name.folder)
      }
      return found
    }
  }

  private static func choose(
    _ tenant: String?, among known: [String], path: String
  ) throws(StorageError) -> String {
    try check(tenant, among: known, path: path)
    if let tenant { return tenant }
    guard known.count == 1 else { throw .severalTenants(known, path: path) }
    return known[0]
  }

  private static func check(
    _ tenant: String?, among known: [String], path: String
  ) throws(StorageError) {
    guard let tenant, !known.contains(tenant) else { return }
    throw .unknownTenant(tenant, known: known, path: path)
  }
}
