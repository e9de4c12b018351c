import OTLP
import TestSupport
import Testing
import Wire

@Suite("Traces as JSON and protobuf")
struct TraceEncodingTests {
  private func json(_ trace: Trace, _ key: TraceJSON.TopLevelKey = .batches) -> String {
    var writer = JSONWriter()
    TraceJSON.write(trace, topLevelKey: key, into: &writer)
    return writer.text
  }

  private var example: Trace {
    var root = Span(
      traceID: (1...16).map { UInt8($0) }, spanID: [UInt8](repeating: 0x11, count: 8))
    root.traceState = "k=v"
    root.name = "GET /cart"
    root.kind = 2
    root.startNanoseconds = 1_795_215_200_377_966_291
    root.endNanoseconds = 1_795_215_200_627_966_291
    root.attributes = [
      KeyValue(key: "ratio", value: .double(0.25)), KeyValue(key: "cached", value: .bool(false)),
      KeyValue(key: "blob", value: .bytes(Array("hello".utf8))),
      KeyValue(key: "map", value: .map([KeyValue(key: "x", value: .int(1))])),
      KeyValue(key: "n", value: .empty), KeyValue(key: "", value: .array([])),
      KeyValue(key: "none", value: .double(.nan)),
    ]
    root.events = [
      Event(
        timeNanoseconds: 1_795_215_200_377_966_291, name: "exception",
        attributes: [KeyValue(key: "exception.message", value: .string("boom"))],
        droppedAttributesCount: 1)
    ]
    root.droppedEventsCount = 2
    root.status = Status(message: "failed", code: 2)
    var child = Span(traceID: root.traceID, spanID: [UInt8](repeating: 0x22, count: 8))
    child.parentSpanID = root.spanID
    child.kind = 9
    child.links = [
      Link(
        traceID: (0...15).map { UInt8($0) }, spanID: [UInt8](repeating: 0x33, count: 8),
        traceState: "a=b", attributes: [KeyValue(key: "why", value: .string("retry"))])
    ]
    child.status = Status(code: 7)
    let resource = Resource(
      attributes: [
        KeyValue(key: "host.cpu", value: .int(4)),
        KeyValue(key: "tags", value: .array([.string("a"), .string("b")])),
      ], droppedAttributesCount: 3)
    let scope = InstrumentationScope(
      name: "my.lib", version: "1.2.3",
      attributes: [KeyValue(key: "lib.flag", value: .bool(true))])
    return Trace(resourceSpans: [
      ResourceSpans(
        resource: resource, scopeSpans: [ScopeSpans(scope: scope, spans: [root, child])])
    ])
  }

  @Test("JSON as clients know it: base64 IDs, enum names, 64-bit strings")
  func jsonShape() {
    let lines = [
      #"{"batches":[{"resource":{"attributes":[{"key":"host.cpu","value":{"intValue":"4"}},"#,
      #"{"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"},"#,
      #"{"stringValue":"b"}]}}}],"droppedAttributesCount":3},"#,
      #""scopeSpans":[{"scope":{"name":"my.lib","version":"1.2.3","#,
      #""attributes":[{"key":"lib.flag","value":{"boolValue":true}}]},"#,
      #""spans":[{"traceId":"AQIDBAUGBwgJCgsMDQ4PEA==","spanId":"ERERERERERE=","#,
      #""traceState":"k=v","name":"GET /cart","kind":"SPAN_KIND_SERVER","#,
      #""startTimeUnixNano":"1795215200377966291","endTimeUnixNano":"1795215200627966291","#,
      #""attributes":[{"key":"ratio","value":{"doubleValue":0.25}},"#,
      #"{"key":"cached","value":{"boolValue":false}},"#,
      #"{"key":"blob","value":{"bytesValue":"aGVsbG8="}},"#,
      #"{"key":"map","value":{"kvlistValue":{"values":[{"key":"x","value":{"intValue":"1"}}]}}},"#,
      #"{"key":"n","value":{}},{"value":{"arrayValue":{}}},"#,
      #"{"key":"none","value":{"doubleValue":"NaN"}}],"#,
      #""events":[{"timeUnixNano":"1795215200377966291","name":"exception","#,
      #""attributes":[{"key":"exception.message","value":{"stringValue":"boom"}}],"#,
      #""droppedAttributesCount":1}],"droppedEventsCount":2,"#,
      #""status":{"message":"failed","code":"STATUS_CODE_ERROR"}},"#,
      #"{"traceId":"AQIDBAUGBwgJCgsMDQ4PEA==","spanId":"IiIiIiIiIiI=","#,
      #""parentSpanId":"ERERERERERE=","kind":9,"#,
      #""links":[{"traceId":"AAECAwQFBgcICQoLDA0ODw==","spanId":"MzMzMzMzMzM=","#,
      #""traceState":"a=b","attributes":[{"key":"why","value":{"stringValue":"retry"}}]}],"#,
      #""status":{"code":7}}]}]}]}"#,
    ]
    #expect(json(example) == lines.joined())
  }

  @Test("an empty trace is an empty object; empty parts still show")
  func emptyParts() {
    #expect(json(Trace()) == "{}")
    let bare = Trace(resourceSpans: [
      ResourceSpans(scopeSpans: [ScopeSpans(spans: [Span(traceID: [], spanID: [1])])])
    ])
    #expect(
      json(bare, .resourceSpans)
        == #"{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":["#
        + #"{"spanId":"AQ==","status":{}}]}]}]}"#)
    #expect(
      TraceProtobuf.encode(bare) == [
        0x0A, 0x0D, 0x0A, 0x00, 0x12, 0x09, 0x0A, 0x00, 0x12, 0x05, 0x12, 0x01, 0x01, 0x7A, 0x00,
      ])
    #expect(TraceProtobuf.encode(Trace()).isEmpty)
  }

  @Test("protobuf holds what went in")
  func roundTrip() throws {
    var trace = example
    #expect(try ProtobufTrace.decode(TraceProtobuf.encode(trace)) != Trace())
    // NaN is not equal to itself, so it cannot be compared.
    trace.resourceSpans[0].scopeSpans[0].spans[0].attributes.removeLast()
    #expect(try ProtobufTrace.decode(TraceProtobuf.encode(trace)) == trace)
  }

  @Test(
    "Tempo's own protobuf and JSON of one trace",
    arguments: [
      ("s-tracepb-001", true), ("s-tracepb-002", false), ("s-tracepb-003", false),
      ("s-tracepb-004", true),
    ])
  func recorded(_ name: String, isWrapped: Bool) throws {
    let golden = Fixture.path("Tests/Conformance/golden/small/")
    let message = try bytes(of: golden + name + ".pb")
    let trace =
      isWrapped
      ? try ProtobufTrace.trace(inResponse: message) : try ProtobufTrace.decode(message)
    #expect(trace.spanCount > 0)
    #expect(try ProtobufTrace.decode(TraceProtobuf.encode(trace)) == trace)
    let ours = try NormalTrace.text(of: Array(json(trace).utf8))
    // The recorded text is already gathered by resource and scope.
    let recorded = try JSONReader.read(try bytes(of: golden + name + ".json"))
    #expect(ours == NormalTrace.text(regrouped(recorded)))
  }

  /// The recorded form has spans directly under (resource, scope) entries.
  private func regrouped(_ recorded: JSON) -> JSON {
    let entries = (recorded["resourceSpans"] ?? recorded["batches"])?.elements ?? []
    return .object([
      JSON.Member(
        "resourceSpans",
        .array(
          entries.map { entry in
            .object([
              JSON.Member("resource", entry["resource"] ?? .object([])),
              JSON.Member(
                "scopeSpans",
                .array([
                  .object([
                    JSON.Member("scope", entry["scope"] ?? .object([])),
                    JSON.Member("spans", entry["spans"] ?? .array([])),
                  ])
                ])),
            ])
          }))
    ])
  }
}
