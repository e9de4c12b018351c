import Columns
import TestSupport
import Testing

@Suite struct StringTableTests {
  @Test(arguments: 0..<30 as Range<UInt64>)
  func givesBackWhatWentIn(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let strings = (0..<random.integer(0...40)).map { _ in random.text(length: 0...12) }
    let table = StringTable(strings)
    #expect(table.count == strings.count)
    #expect((0..<table.count).map(table.string(at:)) == strings)
    #expect((0..<table.count).map(table.bytes(at:)) == strings.map { Array($0.utf8) })
  }

  @Test func layoutIsOffsetsOverBytes() {
    let table = StringTable(["ab", "", "ß"])
    #expect(table.offsets == [0, 2, 2, 4])
    #expect(table.bytes == [0x61, 0x62, 0xC3, 0x9F])
    #expect(table.range(of: 2) == 2..<4)
    #expect(table.memoryBytes == 4 + 4 * 4)
    #expect(StringTable.empty.count == 0)
  }

  @Test func invalidUTF8IsRepairedInTextAndKeptInBytes() {
    let table = StringTable(offsets: [0, 3], bytes: [0x61, 0xFF, 0x62])
    #expect(table.string(at: 0) == "a\u{FFFD}b")
    #expect(table.bytes(at: 0) == [0x61, 0xFF, 0x62])
  }

  @Test func columnsReadThroughTheirCodes() {
    let table = StringTable(["GET", "POST"])
    let column = TextColumn(codes: [1, 0, 1], table: table, isDistinct: true)
    #expect((0..<3).map(column.string(at:)) == ["POST", "GET", "POST"])
    #expect(column.bytes(at: 1) == Array("GET".utf8))
    #expect(ColumnValues.text(column).count == 3)
    #expect(ColumnValues.text(column).memoryBytes == 12)
  }
}
