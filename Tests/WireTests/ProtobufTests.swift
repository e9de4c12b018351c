import TestSupport
import Testing
import Wire

@Suite struct ProtobufTests {
  /// Bytes as protobuf's own documentation and the block format give them.
  @Test func knownBytes() {
    var writer = ProtobufWriter()
    writer.uint64(1, 150)
    writer.string(2, "testing")
    writer.message(3) { $0.uint64(1, 150) }
    writer.int64(1, -62_135_596_800)
    writer.fixed32(4, 1)
    writer.double(5, 1)
    #expect(
      Hex.encode(writer.bytes)
        == "089601" + "120774657374696e67" + "1a03089601" + "088092b8c398feffffff01"
        + "2501000000" + "29000000000000f03f")
  }

  @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, 300_000])
  func nestedMessagesOfEveryLength(count: Int) throws {
    let payload = [UInt8](repeating: 7, count: count)
    var writer = ProtobufWriter()
    writer.message(1) { writer in
      writer.message(2) { $0.bytes(3, payload) }
      writer.bool(4, true)
    }
    var outer = ProtobufReader(writer.bytes)
    var middle = try #require(try outer.next()).message()
    var inner = try #require(try middle.next()).message()
    #expect(try inner.next()?.bytes() == payload[...])
    #expect(try inner.next() == nil)
    #expect(try middle.next()?.bool() == true)
    #expect(try outer.next() == nil)
  }

  @Test(arguments: [
    ("08", 1), ("0880", 1), ("08ffffffffffffffffff02", 1), ("0a05", 1), ("0a0541", 1),
    ("09000000", 1), ("0d0000", 1), ("0000", 0), ("0b", 0), ("0f", 0),
    ("0affffffffffffffffff01", 1),
    ("0801" + "0a0341", 3),
  ])
  func errorsSayWhere(hex: String, offset: Int) throws {
    let bytes = try #require(Hex.decode(hex))
    let error = #expect(throws: ProtobufError.self) {
      var reader = ProtobufReader(bytes)
      while try reader.next() != nil {}
    }
    #expect(error?.offset == offset, "\(error?.description ?? "")")
  }

  @Test func aFieldOfAnotherTypeIsAnError() throws {
    var reader = ProtobufReader([0x08, 0x01])
    let field = try #require(try reader.next())
    #expect(throws: ProtobufError(offset: 0, "field 1 should be a length and bytes")) {
      try field.bytes()
    }
    #expect(throws: ProtobufError(offset: 0, "field 1 should be eight bytes")) {
      try field.double()
    }
  }

  @Test(arguments: 0..<500 as Range<UInt64>)
  func damagedMessagesEndInAnErrorOrFields(seed: UInt64) {
    var writer = ProtobufWriter()
    writer.message(1) { writer in
      writer.string(1, "service.name")
      writer.message(2) { $0.string(1, "frontend") }
    }
    writer.fixed64(9, .max)
    writer.int64(2, -1)
    var random = SplitMix(seed: seed)
    let damaged = Damage.inflicted(on: writer.bytes, using: &random)
    do throws(ProtobufError) {
      var fieldCount = 0
      try walk(ProtobufReader(damaged), depth: 0, fieldCount: &fieldCount)
      #expect(fieldCount <= damaged.count, "seed \(seed)")
    } catch {
      #expect((0...damaged.count).contains(error.offset), "seed \(seed)")
    }
  }

  private func walk(
    _ message: ProtobufReader, depth: Int, fieldCount: inout Int
  ) throws(ProtobufError) {
    var message = message
    while let field = try message.next() {
      fieldCount += 1
      if case .bytes = field.value, depth < 2, field.number < 3 {
        try walk(try field.message(), depth: depth + 1, fieldCount: &fieldCount)
      }
    }
  }
}
