import Storage
import Testing

@Suite struct DedicatedColumnTests {
  private func names(
    _ columns: [DedicatedColumn], _ version: BlockVersion
  ) -> [String] {
    DedicatedColumn.leafNames(of: columns, version: version).map {
      "\($0.column.name)=\($0.leafName)"
    }
  }

  /// The default list of Tempo 3, with the positions the format's description gives.
  @Test func theDefaultList() {
    let columns =
      ["k8s.cluster.name", "k8s.namespace.name", "k8s.pod.name", "k8s.container.name"].map {
        DedicatedColumn(scope: .resource, name: $0)
      }
      + [
        ("http.request.method", DedicatedColumn.Kind.text), ("http.response.status_code", .int),
        ("url.path", .text), ("url.route", .text), ("server.address", .text),
        ("server.port", .int), ("http.method", .text), ("http.url", .text),
        ("http.route", .text), ("http.status_code", .int),
      ].map { DedicatedColumn(scope: .span, name: $0.0, kind: $0.1) }
    let assigned = names(columns, .vParquet5)
    #expect(assigned.contains("k8s.pod.name=rs.Resource.DedicatedAttributes.String03"))
    #expect(assigned.contains("http.method=rs.ss.Spans.DedicatedAttributes.String05"))
    #expect(assigned.contains("http.status_code=rs.ss.Spans.DedicatedAttributes.Int03"))
    #expect(assigned.count == 14)
  }

  @Test func entriesAVersionDoesNotKnowTakeNoNumber() {
    let columns = [
      DedicatedColumn(scope: .span, name: "number", kind: .int),
      DedicatedColumn(scope: .span, name: "blob", options: ["blob"]),
      DedicatedColumn(scope: .event, name: "event"),
      DedicatedColumn(scope: nil, name: "profile"),
      DedicatedColumn(scope: .span, name: "bits", kind: nil),
      DedicatedColumn(scope: .span, name: "plain"),
      DedicatedColumn(scope: .resource, name: "region"),
    ]
    let spans = "rs.ss.Spans.DedicatedAttributes."
    #expect(
      names(columns, .vParquet4) == [
        "plain=\(spans)String01", "region=rs.Resource.DedicatedAttributes.String01",
      ])
    #expect(names(columns, .vParquet3) == names(columns, .vParquet4))
    #expect(
      names(columns, .vParquet5) == [
        "number=\(spans)Int01", "blob=\(spans)String01",
        "event=rs.ss.Spans.Events.DedicatedAttributes.String01", "plain=\(spans)String02",
        "region=rs.Resource.DedicatedAttributes.String01",
      ])
  }

  @Test(arguments: [(BlockVersion.vParquet3, 10, 0), (.vParquet4, 10, 0), (.vParquet5, 20, 5)])
  func spareColumnsRunOut(version: BlockVersion, texts: Int, ints: Int) {
    let columns = (0..<30).flatMap { i in
      [
        DedicatedColumn(scope: .span, name: "t\(i)"),
        DedicatedColumn(scope: .span, name: "i\(i)", kind: .int),
      ]
    }
    let assigned = DedicatedColumn.leafNames(of: columns, version: version)
    #expect(assigned.count { $0.column.kind == .text } == texts)
    #expect(assigned.count { $0.column.kind == .int } == ints)
    #expect(assigned.last { $0.column.kind == .text }?.leafName.hasSuffix("String\(texts)") == true)
  }
}
