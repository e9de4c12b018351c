import Intake
import Spans
import TestSupport
import Testing
import Wire

/// A file that is read message by message is what it would be as a whole, or is left to that.
@Suite struct MessageFileTests {
  private static func request(_ spans: Int) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.message(1) { resourceSpans in
      resourceSpans.message(2) { scope in
        for span in 0..<spans {
          scope.message(2) { message in
            message.bytes(1, [UInt8](repeating: UInt8(span + 1), count: 16))
            message.bytes(2, [UInt8](repeating: UInt8(span + 1), count: 8))
          }
        }
      }
    }
    return writer.bytes
  }

  private static func varint(_ number: Int) -> [UInt8] {
    var rest = number
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static let requests = (1...100).map { request($0 % 7) }
  private static let varints = requests.flatMap { varint($0.count) + $0 }
  private static let bigEndians = requests.flatMap { bigEndian($0.count) + $0 }

  private func file(_ bytes: [UInt8]) throws -> MessageFile? {
    try MessageFile(byteCount: bytes.count) { range throws(IntakeError) in
      guard range.upperBound <= bytes.count else { throw .unreadable("beyond the end") }
      return Array(bytes[range])
    }
  }

  @Test(arguments: [varints, bigEndians]) func messagesAreThoseOfTheWhole(_ bytes: [UInt8]) throws {
    let dump = try Dump(bytes)
    let file = try #require(try file(bytes))
    #expect(file.pieces == dump.pieces && file.pieces.count == 100)
    var (fromFile, fromWhole) = (SpanTable(), SpanTable())
    for piece in file.pieces {
      try file.decode(piece, into: &fromFile)
      try dump.decode(piece, into: &fromWhole)
    }
    #expect(fromFile.spanIDs == fromWhole.spanIDs && fromFile.spanCount > 100)
  }

  @Test func everythingElseIsLeftToTheWhole() throws {
    let single = Self.request(5)
    let json = Array(#"  {"resourceSpans":[]}"#.utf8)
    for bytes in [[], single, json, Array("[]".utf8), [0x1F, 0x8B, 8, 0], [9, 9, 9]] {
      #expect(try file(bytes) == nil)
    }
    for bytes in [Self.varints, Self.bigEndians] {
      for cut in 1...30 { #expect(try file(Array(bytes.dropLast(cut))) == nil) }
    }
  }

  /// Damage never leads beyond the file, and where both ways take it they agree.
  @Test func damagedFiles() throws {
    var random = SplitMix(seed: 4)
    for _ in 0..<500 {
      let bytes = Damage.inflicted(
        on: random.chance(percent: 50) ? Self.varints : Self.bigEndians, using: &random)
      // What cannot be recognised at all is an error of the whole.
      guard let dump = try? Dump(bytes), let file = try file(bytes) else { continue }
      #expect(file.pieces == dump.pieces)
    }
  }

  @Test func anErrorSaysWhereInTheFile() throws {
    var bytes = Self.varints
    let piece = try Dump(bytes).pieces[90]
    bytes[piece.lowerBound + 1] = 0x7F
    let file = try #require(try file(bytes))
    var table = SpanTable()
    let error = #expect(throws: IntakeError.self) { try file.decode(piece, into: &table) }
    #expect(error?.description.contains("byte \(piece.lowerBound + 1)") == true)
  }
}
