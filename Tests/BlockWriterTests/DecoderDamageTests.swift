import Columns
import Intake
import Spans
import TestSupport
import Testing
import Wire

/// Whatever bytes come: an error or spans, never a crash, and after an error the table is as
/// before.
@Suite struct DecoderDamageTests {
  private static let request: [UInt8] = {
    var writer = ProtobufWriter()
    for resource in 0..<2 {
      writer.message(1) { resourceSpans in
        resourceSpans.message(1) { message in
          message.message(1) { attribute(&$0, "service.name", "shop\(resource)") }
        }
        resourceSpans.message(2) { scopeSpans in
          scopeSpans.message(1) { $0.string(1, "lib") }
          for span in 1...3 {
            scopeSpans.message(2) { message in
              message.bytes(1, [UInt8](repeating: UInt8(span), count: 16))
              message.bytes(2, [UInt8](repeating: UInt8(span), count: 8))
              message.string(5, "GET")
              message.fixed64(7, 1_768_435_200_000_000_000)
              message.fixed64(8, 1_768_435_200_000_000_005)
              message.message(9) { attribute(&$0, "http.method", "GET") }
              message.message(9) { pair in
                pair.string(1, "list")
                pair.message(2) { $0.message(5) { $0.message(1) { $0.int64(3, 7) } } }
              }
              message.message(11) { event in
                event.fixed64(1, 5)
                event.string(2, "exception")
              }
              message.message(13) { $0.bytes(1, [UInt8](repeating: 9, count: 16)) }
            }
          }
        }
      }
    }
    return writer.bytes
  }()

  private static func attribute(_ writer: inout ProtobufWriter, _ key: String, _ value: String) {
    writer.string(1, key)
    writer.message(2) { $0.string(1, value) }
  }

  private static let json = Array(
    """
    {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name",
    "value":{"stringValue":"s"}}]},"scopeSpans":[{"spans":[
    {"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"1111111111111111",
    "kind":2,"startTimeUnixNano":"5","attributes":[{"key":"n","value":{"intValue":"7"}}],
    "events":[{"timeUnixNano":"6","name":"e"}]}]}]}]}
    """.utf8)

  private static let zipkin = Array(
    #"[{"traceId":"ab","id":"1","timestamp":5,"tags":{"otlp.link.0":"ab|cd|s|{\"a\":1}|0"}}]"#.utf8)

  private static let jaeger = Array(
    """
    {"data":[{"processes":{"p":{"serviceName":"s"}},"spans":[{"traceID":"a","spanID":"b",
    "processID":"p","tags":[{"key":"k","type":"int64","value":1}]}]}]}
    """.utf8)

  @Test(arguments: [request, json, zipkin, jaeger])
  func damagedInput(_ input: [UInt8]) throws {
    var intact = SpanTable()
    let dump = try Dump(input)
    for piece in dump.pieces { try dump.decode(piece, into: &intact) }
    #expect(intact.spanCount > 0)

    var random = SplitMix(seed: 11)
    for _ in 0..<3_000 {
      var table = intact
      do throws(IntakeError) {
        let dump = try Dump(Damage.inflicted(on: input, using: &random))
        for piece in dump.pieces { try dump.decode(piece, into: &table) }
      } catch {
        #expect(!error.description.isEmpty)
        // Whole pieces before the damaged one stay; of that one nothing does.
        #expect(table.attributes.ownerCount == table.spanCount)
        #expect(table.eventOffsets.last.map(Int.init) == table.events.count)
        #expect(table.linkOffsets.last.map(Int.init) == table.links.count)
      }
    }
  }

  @Test func aBadSpanRefusesTheWholeRequest() throws {
    var table = SpanTable()
    var decoder = OTLPDecoder()
    #expect(try decoder.decode(Self.request, into: &table) == 6)
    var bad = ProtobufWriter()
    bad.message(1) { resource in
      resource.message(2) { scope in
        scope.message(2) { $0.bytes(1, [UInt8](repeating: 1, count: 16)) }
      }
    }
    #expect(throws: IntakeError.self) {
      try decoder.decode(Self.request + bad.bytes, into: &table)
    }
    #expect(table.spanCount == 6)
  }

  @Test func longTextsAreCutWhereACharacterEnds() throws {
    var writer = ProtobufWriter()
    writer.message(1) { resourceSpans in
      resourceSpans.message(1) { $0.message(1) { Self.attribute(&$0, "kkkkkkkk", "aé€") } }
      resourceSpans.message(2) { scope in
        scope.message(2) { span in
          span.bytes(1, [UInt8](repeating: 1, count: 16))
          span.bytes(2, [UInt8](repeating: 1, count: 8))
        }
      }
    }
    var table = SpanTable()
    var decoder = OTLPDecoder(attributeBytesMax: 5)
    _ = try decoder.decode(writer.bytes, into: &table)
    let attributes = table.resources.attributes
    #expect(table.strings.string(attributes.keys[0]) == "kkkkk")
    #expect(table.strings.string(UInt32(attributes.payloads[0])) == "aé")
    #expect(decoder.truncated[.resource] == 2)
    #expect(decoder.truncated.total == 2)
  }
}
