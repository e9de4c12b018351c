import OTLP
import TestSupport
import Testing
import Wire

@Suite("Attribute values kept as text or messages")
struct AnyValueTests {
  @Test(
    "proto3 JSON is read in either name style",
    arguments: [
      (#"{"bytesValue":"AAH/"}"#, AnyValue.bytes([0, 1, 255])),
      (#"{"intValue":"-5"}"#, .int(-5)), (#"{"intValue":5}"#, .int(5)),
      (#"{"int_value":"9223372036854775807"}"#, .int(.max)),
      (#"{"doubleValue":"-Infinity"}"#, .double(-.infinity)),
      (#"{"string_value":"\u00e9"}"#, .string("é")), (#"{}"#, .empty),
      (#"{"boolValue":false}"#, .bool(false)), (#"{"arrayValue":{}}"#, .array([])),
      (
        #"{"arrayValue":{"values":[{"stringValue":"x"},{"intValue":"1"},{}]}}"#,
        .array([.string("x"), .int(1), .empty])
      ),
      (
        #"{"kvlistValue":{"values":[{"key":"a","value":{"stringValue":"b"}},{"key":"n"}]}}"#,
        .map([
          KeyValue(key: "a", value: .string("b")), KeyValue(key: "n", value: .empty),
        ])
      ),
    ])
  func json(_ text: String, _ value: AnyValue) throws {
    #expect(try AnyValue(json: Array(text.utf8)) == value)
  }

  @Test(
    "what is no value is refused",
    arguments: ["", "{", "[]", #"{"intValue":"x"}"#, #"{"boolValue":1}"#, #"{"bytesValue":"*"}"#])
  func damagedJSON(_ text: String) {
    #expect(throws: AttributeValueError.self) { try AnyValue(json: Array(text.utf8)) }
  }

  @Test(
    "protobuf values, the format's own examples",
    arguments: [
      ([0x0A, 0x01, 0x45], AnyValue.string("E")), ([0x18, 0x00], .int(0)),
      ([0x10, 0x01], .bool(true)), ([], .empty),
      (
        [0x2A, 0x0A, 0x0A, 0x03, 0x0A, 0x01, 0x31, 0x0A, 0x03, 0x0A, 0x01, 0x32],
        .array([.string("1"), .string("2")])
      ),
    ] as [([UInt8], AnyValue)])
  func protobuf(_ bytes: [UInt8], _ value: AnyValue) throws {
    #expect(try AnyValue(protobuf: bytes) == value)
  }

  @Test("values nested without end are refused, in both forms")
  func nesting() {
    var message: [UInt8] = [0x18, 0x00]
    for _ in 0..<200 {
      var writer = ProtobufWriter()
      let inner = message
      writer.message(5) { $0.bytes(1, inner) }
      message = writer.bytes
    }
    #expect(throws: ProtobufError.self) { try AnyValue(protobuf: message) }
    let text = String(repeating: #"{"arrayValue":{"values":["#, count: 5000)
    #expect(throws: AttributeValueError.self) { try AnyValue(json: Array(text.utf8)) }
  }

  @Test("damaged bytes give an error or a value, never a crash")
  func damage() {
    var random = SplitMix(seed: 7)
    let text = Array(
      #"{"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":[{}]}}}]}}"#.utf8)
    let message: [UInt8] = [0x2A, 0x0A, 0x0A, 0x03, 0x0A, 0x01, 0x31, 0x0A, 0x03, 0x0A, 0x01, 0x32]
    var readable = 0
    for _ in 0..<20_000 {
      // Errors are fine here; what counts is that the call returns.
      readable += (try? AnyValue(json: Damage.inflicted(on: text, using: &random))) == nil ? 0 : 1
      let damaged = Damage.inflicted(on: message, using: &random)
      readable += (try? AnyValue(protobuf: damaged)) == nil ? 0 : 1  // as above
      readable += (try? Link.list(protobuf: damaged)) == nil ? 0 : 1  // as above
    }
    #expect(readable > 0 && readable < 60_000)
  }

  @Test("links of vParquet3 come out of one message")
  func links() throws {
    var writer = ProtobufWriter()
    writer.message(1) { link in
      link.bytes(1, [1, 2])
      link.bytes(2, [3])
      link.string(3, "a=b")
      link.message(4) { pair in
        pair.string(1, "why")
        pair.message(2) { $0.string(1, "retry") }
      }
      link.uint64(5, 9)
      link.fixed32(6, 1)
    }
    writer.message(1) { $0.bytes(2, [4]) }
    #expect(
      try Link.list(protobuf: writer.bytes) == [
        Link(
          traceID: [1, 2], spanID: [3], traceState: "a=b",
          attributes: [KeyValue(key: "why", value: .string("retry"))], droppedAttributesCount: 9),
        Link(spanID: [4]),
      ])
  }
}
