import Storage
import TestSupport
import Testing

/// Indexes written by Tempo; the metadata files beside them say the same.
@Suite struct TenantIndexTests {
  private static let zstd = "all-kinds/single-tenant/index.pb.zst"
  private static let gzip = "all-kinds/single-tenant/index.json.gz"

  private func metadata(_ block: String) throws -> BlockMetadata {
    try BlockMetadata(json: try Stored.bytes(block + "/meta.json"), file: "meta.json")
  }

  @Test func bothFormsSayWhatTheBlocksSay() throws {
    let protobuf = try TenantIndex(protobuf: try Stored.bytes(Self.zstd), file: "index")
    let json = try TenantIndex(gzippedJSON: try Stored.bytes(Self.gzip), file: "index")
    #expect(protobuf == json)
    #expect(protobuf.createdAt > 1_700_000_000_000_000_000)
    #expect(protobuf.refused.isEmpty)
    let listed = protobuf.blocks + protobuf.compacted
    #expect(listed.count == 4)
    #expect(protobuf.compacted.count == 1)
    for block in [Stored.vParquet3, Stored.vParquet4, Stored.vParquet5, Stored.plainV5] {
      #expect(listed.contains(try metadata(block)), "\(block)")
    }
  }

  @Test func theCatalogueCanComeFromTheIndex() throws {
    let folder = try TemporaryFolder()
    try folder.copy("all-kinds/single-tenant", to: "store/acme")
    let cache = Cache.small
    func names(usingIndex: Bool) throws -> [String] {
      try BlockCatalog.open(
        path: folder.path + "/store", tenant: "acme", cache: cache, usingTenantIndex: usingIndex
      ).blocks.map(\.name)
    }
    let listed = try names(usingIndex: false)
    let indexed = try names(usingIndex: true)
    #expect(listed.count == 4)
    #expect(indexed.count == 3, "the index knows one of them as compacted")
    #expect(Set(indexed).isSubset(of: Set(listed)))

    try folder.write("not zstd", to: "store/acme/index.pb.zst")
    let catalog = try BlockCatalog.open(
      path: folder.path + "/store", tenant: "acme", cache: cache, usingTenantIndex: true)
    #expect(catalog.blocks.map(\.name) == indexed, "the JSON form stands in")
    #expect(catalog.warnings.count == 1)

    try folder.write("not gzip, but long enough", to: "store/acme/index.json.gz")
    #expect(try names(usingIndex: true) == listed, "listing stands in")
    try folder.remove("store/acme/index.pb.zst")
    try folder.remove("store/acme/index.json.gz")
    #expect(try names(usingIndex: true) == listed)
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func damagedIndexesAreReadOrRefused(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let isProtobuf = seed.isMultiple(of: 2)
    let whole = try Stored.bytes(isProtobuf ? Self.zstd : Self.gzip)
    let damaged = Damage.inflicted(on: whole, using: &random)
    do throws(StorageError) {
      let index =
        isProtobuf
        ? try TenantIndex(protobuf: damaged, file: "index")
        : try TenantIndex(gzippedJSON: damaged, file: "index")
      // Checksums catch nearly everything; what passes is the same index.
      #expect(index.blocks.count == 3, "seed \(seed)")
    } catch {
      #expect(error.description.hasPrefix("index"), "seed \(seed): \(error)")
    }
  }
}
