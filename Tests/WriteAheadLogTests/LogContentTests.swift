import TestSupport
import Testing
import WriteAheadLog

@Suite struct LogContentTests {
  private static let records: [LogRecord] = [
    .header(blockID: "01234567-89ab-cdef-0123-456789abcdef", tenant: "t"),
    .request(LoggedRequest(format: 1, attributeBytesMax: 2_048, body: [1, 2, 3])),
    .request(
      LoggedRequest(
        format: 3, attributeBytesMax: 0, droppedTraces: [UInt8](repeating: 7, count: 32),
        body: [UInt8](repeating: 0x41, count: 300))),
    .request(LoggedRequest(format: 2, attributeBytesMax: 9, body: [])),
  ]

  @Test func whatIsWrittenIsRead() {
    let content = LogContent(Self.records.flatMap(\.encoded))
    #expect(content.records == Self.records)
    #expect(content.tornBytes == 0 && content.damage.isEmpty)
  }

  @Test func aLogMayEndAnywhere() {
    let bytes = Self.records.flatMap(\.encoded)
    let ends = Self.records.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.encoded.count) }
    for end in 0...bytes.count {
      let content = LogContent(Array(bytes[..<end]))
      let whole = ends.lastIndex { $0 <= end } ?? 0
      #expect(content.records == Array(Self.records[..<whole]))
      #expect(content.tornBytes == end - ends[whole] && content.damage.isEmpty)
    }
  }

  /// Zeros behind the end are what some file systems leave after a crash.
  @Test func zerosBehindTheEndAreNoRecords() {
    let content = LogContent(
      Self.records.flatMap(\.encoded) + [UInt8](repeating: 0, count: 4_096))
    #expect(content.records == Self.records)
    #expect(content.tornBytes == 4_096 && content.damage.isEmpty)
  }

  @Test func aFlippedBitCostsItsRecordAndIsSaid() {
    let encoded = Self.records.map(\.encoded)
    let victim = encoded[0].count..<encoded[0].count + encoded[1].count
    for position in victim {
      var bytes = encoded.flatMap { $0 }
      bytes[position] ^= 0x10
      let content = LogContent(bytes)
      #expect(content.records == [Self.records[0], Self.records[2], Self.records[3]])
      #expect(
        content.damage == [.init(offset: victim.lowerBound, byteCount: victim.count)],
        "bit of byte \(position)")
    }
  }

  @Test func anyBytesGiveAnAnswer() {
    var random = SplitMix(seed: 11)
    let bytes = Self.records.flatMap(\.encoded)
    for _ in 0..<2_000 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        mutated[Int.random(in: 0..<mutated.count, using: &random)] = UInt8.random(
          in: .min ... .max, using: &random)
      }
      let content = LogContent(mutated)
      // Nothing is made up: what is read was written.
      #expect(content.records.allSatisfy(Self.records.contains))
    }
  }
}
