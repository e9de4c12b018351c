import Storage
import TestSupport
import Testing

@Suite struct BlockMetadataTests {
  private func read(_ text: String) throws(StorageError) -> BlockMetadata {
    try BlockMetadata(json: Array(text.utf8), file: "meta.json")
  }

  /// The example of the format's description.
  @Test func theExampleOfTheFormat() throws {
    let metadata = try read(
      #"""
      {"format":"vParquet5","blockID":"2328f669-ad70-4ef6-bf5a-eb3ce247d2cc",
      "tenantID":"single-tenant","startTime":"2026-11-20T23:09:12Z",
      "endTime":"2026-11-20T23:09:31Z","totalObjects":30,"size":28357,"compactionLevel":1,
      "indexPageSize":0,"totalRecords":1,"bloomShards":1,"footerSize":12418,
      "dedicatedColumns":[{"s":"resource","n":"k8s.pod.name"},{"n":"http.method"},
      {"n":"http.status_code","t":"int"}],"replicationFactor":1}
      """#)
    #expect(metadata.version == .vParquet5)
    #expect(!metadata.isPreview)
    #expect(metadata.blockID == "2328f669-ad70-4ef6-bf5a-eb3ce247d2cc")
    #expect(metadata.tenant == "single-tenant")
    #expect(metadata.timeRange == 1_795_216_152_000_000_000...1_795_216_171_000_000_000)
    #expect(metadata.traceCount == 30)
    #expect(metadata.byteCount == 28_357)
    #expect(metadata.compactionLevel == 1)
    #expect(metadata.rowGroupCount == 1)
    #expect(metadata.bloomShardCount == 1)
    #expect(metadata.footerByteCount == 12_418)
    #expect(metadata.replicationFactor == 1)
    #expect(
      metadata.dedicatedColumns == [
        DedicatedColumn(scope: .resource, name: "k8s.pod.name"),
        DedicatedColumn(scope: .span, name: "http.method"),
        DedicatedColumn(scope: .span, name: "http.status_code", kind: .int),
      ])
  }

  @Test func missingAndUnknownKeysAreTolerated() throws {
    let metadata = try read(
      #" {"minID":"AAAA","new":{"a":[1]},"dedicatedColumns":null,"format":"vParquet4"} "# + "\n\n")
    #expect(metadata.version == .vParquet4)
    #expect(metadata.timeRange == nil)
    #expect(metadata.bloomShardCount == 10, "0 means 10 in very old blocks")
    #expect(metadata.replicationFactor == 0)
    #expect(metadata.dedicatedColumns == [])
    #expect(metadata.mayOverlap(0...0), "unknown times rule nothing out")
  }

  @Test(arguments: [
    ("vParquet3", BlockVersion.vParquet3, false), ("vParquet5-preview5", .vParquet5, true),
    ("vParquet4-preview", .vParquet4, true),
  ])
  func versions(format: String, version: BlockVersion, isPreview: Bool) throws {
    let metadata = try read(#"{"format":"\#(format)"}"#)
    #expect(metadata.version == version)
    #expect(metadata.isPreview == isPreview)
  }

  @Test(arguments: ["v2", "vParquet2", "vParquet55", "vParquet4-beta", ""])
  func otherVersionsAreRefused(format: String) {
    #expect(throws: StorageError.unsupportedVersion(format, file: "meta.json")) {
      try read(#"{"format":"\#(format)"}"#)
    }
  }

  /// Expected numbers by `date --date=... +%s%N`.
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2023-11-14T22:13:20Z", 1_700_000_000_000_000_000),
      ("2023-11-14T23:13:20.000000123+01:00", 1_700_000_000_000_000_123),
      ("2023-11-14T16:43:20.5-05:30", 1_700_000_000_500_000_000),
      ("2024-02-29T12:00:00.1234567891Z", 1_709_208_000_123_456_789),
      ("2100-03-01T00:00:00Z", 4_107_542_400_000_000_000), ("0001-01-01T00:00:00Z", 0),
      ("2599-01-01T00:00:00Z", .max),
    ] as [(String, UInt64)])
  func times(text: String, nanoseconds: UInt64) throws {
    let metadata = try read(
      #"{"format":"vParquet4","startTime":"2030-01-01T00:00:00Z","endTime":"\#(text)"}"#)
    let fixed: UInt64 = 1_893_456_000_000_000_000
    #expect(metadata.timeRange == min(fixed, nanoseconds)...max(fixed, nanoseconds))
  }

  @Test func zeroTimesMeanUnknown() throws {
    let zero = "0001-01-01T00:00:00Z"
    let metadata = try read(
      #"{"format":"vParquet4","startTime":"\#(zero)","endTime":"\#(zero)"}"#)
    #expect(metadata.timeRange == nil)
  }

  @Test(
    arguments: [
      ("", 0, "the text ends where a value should be"), ("[1]", 0, "should be an object"),
      (#"{"format":"vParquet4","#, 22, "expected a member name"), ("{}", nil, "'format'"),
      (#"{"format":4}"#, nil, "'format' should be a string"),
      (#"{"format":"vParquet4","size":-1}"#, nil, "'size' should be a number"),
      (#"{"format":"vParquet4","size":"many"}"#, nil, "'size' should be a number"),
      (#"{"format":"vParquet4","startTime":"yesterday"}"#, nil, "'startTime' should be a time"),
      (#"{"format":"vParquet4","endTime":"2026-13-01T00:00:00Z"}"#, nil, "'endTime' should be"),
      (#"{"format":"vParquet4","dedicatedColumns":{}}"#, nil, "'dedicatedColumns' should be"),
      (#"{"format":"vParquet4","dedicatedColumns":[{"s":"span"}]}"#, nil, "no name"),
      (#"{"format":"vParquet4","dedicatedColumns":[7]}"#, nil, "no name"),
    ] as [(String, Int?, String)])
  func whatIsWrongIsNamed(text: String, offset: Int?, fragment: String) {
    let error = #expect(throws: StorageError.self) { try read(text) }
    guard case .damaged("meta.json", let at, let message) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(at == offset)
    #expect(message.contains(fragment), "\(message)")
  }

  @Test(arguments: 0..<400 as Range<UInt64>)
  func damagedMetadataIsReadOrRefused(seed: UInt64) throws {
    let whole = try Stored.bytes(Stored.vParquet5 + "/meta.json")
    var random = SplitMix(seed: seed)
    let damaged = Damage.inflicted(on: whole, using: &random)
    do throws(StorageError) {
      let metadata = try BlockMetadata(json: damaged, file: "meta.json")
      #expect(metadata.dedicatedColumns.allSatisfy { !$0.name.isEmpty }, "seed \(seed)")
    } catch {
      #expect(error.description.hasPrefix("meta.json"), "seed \(seed): \(error)")
    }
  }
}
