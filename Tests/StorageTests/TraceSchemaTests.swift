import Parquet
import Storage
import Testing

@Suite struct TraceSchemaTests {
  private func schema(_ block: String) throws -> TraceSchema {
    let catalog = try BlockCatalog.open(
      path: Stored.path(block), tenant: nil, cache: Cache.small)
    return try #require(try catalog.blocks.first?.files().first).schema
  }

  private func attributes(_ schema: TraceSchema, _ scope: AttributeScope) -> [String] {
    (schema.directColumns[scope] ?? []).map { column in
      let leaf = column.leaf.name.split(separator: ".").last.map(String.init) ?? ""
      return "\(column.attribute)=\(leaf)" + (column.isDedicated ? "*" : "")
    }
  }

  /// The table of the format's description for these very blocks.
  @Test func directColumnsOfVersion5() throws {
    let schema = try schema(Stored.vParquet5)
    #expect(
      attributes(schema, .resource) == [
        "res.ded=String01*", "res.int=Int01*", "k8s.cluster.name=String02*",
        "service.name=ServiceName",
      ])
    #expect(
      Set(attributes(schema, .span)) == [
        "span.ded=String01*", "http.method=String02*", "blob.attr=String03*",
        "span.ded.one=String04*", "http.response.status_code=Int01*",
      ])
    #expect(attributes(schema, .event) == ["ev.ded=String01*", "ev.int=Int01*"])
    #expect(schema.directColumn(.span, "http.response.status_code")?.kind == .int)
    #expect(schema.directColumn(.resource, "service.name")?.emptyMeansAbsent == true)
    #expect(schema.directColumn(.span, "span.ded")?.emptyMeansAbsent == false)
    #expect(schema.directColumn(.resource, "span.ded") == nil)
  }

  @Test(arguments: [Stored.vParquet3, Stored.vParquet4])
  func directColumnsOfOlderVersions(block: String) throws {
    let schema = try schema(block)
    #expect(
      attributes(schema, .resource) == [
        "res.ded=String01*", "service.name=ServiceName", "cluster=Cluster",
        "namespace=Namespace", "pod=Pod", "container=Container",
        "k8s.cluster.name=K8sClusterName", "k8s.namespace.name=K8sNamespaceName",
        "k8s.pod.name=K8sPodName", "k8s.container.name=K8sContainerName",
      ])
    #expect(
      attributes(schema, .span) == [
        "span.ded=String01*", "http.method=HttpMethod", "http.url=HttpUrl",
        "http.status_code=HttpStatusCode",
      ])
    #expect(schema.directColumns[.event] == nil)
  }

  @Test func blocksWithoutDedicatedColumns() throws {
    let schema = try schema(Stored.plainV5)
    #expect(attributes(schema, .resource) == ["service.name=ServiceName"])
    #expect(schema.directColumns[.span] == nil)
  }

  @Test func whatVersionsHaveAndLack() throws {
    let v3 = try schema(Stored.vParquet3)
    let v4 = try schema(Stored.vParquet4)
    let v5 = try schema(Stored.vParquet5)
    #expect([v3.version, v4.version, v5.version] == [.vParquet3, .vParquet4, .vParquet5])
    #expect(v3.serviceStatistics == nil)
    #expect(v4.serviceStatistics?.service.name == "ServiceStats.key")
    #expect(v5.serviceStatistics?.service.name == "ServiceStats.ServiceName")
    #expect(v3.leaf(.linksBlob) != nil && v3.leaf(.eventTime) != nil)
    #expect(v3.leaf(.linkTraceID) == nil && v3.leaf(.eventTimeSinceStart) == nil)
    #expect(v4.leaf(.linksBlob) == nil && v4.leaf(.eventTime) == nil)
    #expect(v4.leaf(.linkTraceID) != nil && v4.leaf(.eventTimeSinceStart) != nil)
    #expect(v4.leaf(.childCount) == nil && v5.leaf(.childCount) != nil)
    let older = try #require(v3.groups[.span])
    #expect(older.arrayJSON != nil && older.mapJSON != nil && older.isArray == nil)
    #expect(older.text?.maxRepetition == older.key.maxRepetition)
    let newer = try #require(v5.groups[.span])
    #expect(newer.arrayJSON == nil && newer.isArray != nil && newer.unsupported != nil)
    #expect(newer.text?.maxRepetition == newer.key.maxRepetition + 1)
    let event = try #require(v3.groups[.event])
    #expect(event.encoded != nil && event.text == nil)
    #expect(v3.groups[.link] == nil && v3.groups[.instrumentation] == nil)
    #expect(v4.groups.count == 5 && v5.groups.count == 5)
  }

  @Test(arguments: [
    (Stored.vParquet3, BlockVersion.vParquet3), (Stored.vParquet4, .vParquet4),
    (Stored.vParquet5, .vParquet5), (Stored.plainV5, .vParquet5),
  ])
  func versionsAreGuessedFromColumns(block: String, version: BlockVersion) throws {
    let catalog = try BlockCatalog.open(
      path: Stored.path(block), tenant: nil, cache: Cache.small)
    let file = try #require(try catalog.blocks.first?.files().first).file
    #expect(BlockVersion(guessedFrom: file.leaves) == version)
  }

  private func leaf(_ leaf: Leaf, _ change: (inout Leaf) -> Void) -> Leaf {
    var leaf = leaf
    change(&leaf)
    return leaf
  }

  @Test(arguments: [
    ("TraceID", "missing"), ("rs.ss.Spans.Name", "missing"), ("rs.ss.Spans.Attrs.Key", "missing"),
  ])
  func aFileWithoutTheMainColumnsIsRefused(column: String, fragment: String) throws {
    let catalog = try BlockCatalog.open(
      path: Stored.path(Stored.vParquet4), tenant: nil, cache: Cache.small)
    let leaves = try #require(try catalog.blocks.first?.files().first).file.leaves
    let error = #expect(throws: StorageError.self) {
      try TraceSchema(
        leaves: leaves.filter { $0.name != column }, version: .vParquet4, dedicatedColumns: [],
        file: "data.parquet")
    }
    #expect(error?.description.contains("data.parquet, column \(column): \(fragment)") == true)
  }

  @Test func columnsOfAnotherShapeAreRefused() throws {
    let catalog = try BlockCatalog.open(
      path: Stored.path(Stored.vParquet4), tenant: nil, cache: Cache.small)
    let leaves = try #require(try catalog.blocks.first?.files().first).file.leaves
    func resolve(_ change: (inout Leaf) -> Void) throws(StorageError) -> TraceSchema {
      let changed = leaves.map { $0.name == "rs.ss.Spans.Kind" ? leaf($0, change) : $0 }
      return try TraceSchema(
        leaves: changed, version: .vParquet4, dedicatedColumns: [], file: "data.parquet")
    }
    #expect(throws: StorageError.self) { try resolve { $0.physicalType = .byteArray } }
    #expect(throws: StorageError.self) { try resolve { $0.maxRepetition = 2 } }
    #expect(try resolve { $0.physicalType = .int32 }.leaf(.kind) != nil, "narrower is fine")
    let further = leaf(leaves[0]) { $0.name = "rs.ss.Spans.Test" }
    let schema = try TraceSchema(
      leaves: leaves + [further], version: .vParquet4, dedicatedColumns: [], file: "data.parquet")
    #expect(schema.columns.count == 33, "unknown columns are skipped")
  }
}
