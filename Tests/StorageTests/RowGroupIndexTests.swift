import Storage
import TestSupport
import Testing

@Suite struct RowGroupIndexTests {
  private func id(_ last: UInt8) -> [UInt8] { [UInt8](repeating: 0, count: 15) + [last] }

  /// Base64 of IDs ending in 0x10, 0x20, 0x30, by another encoder.
  private static let text =
    #"{"rowGroups":["AAAAAAAAAAAAAAAAAAAAEA==","AAAAAAAAAAAAAAAAAAAAIA==","#
    + #""AAAAAAAAAAAAAAAAAAAAMA=="]}"#

  @Test(
    arguments: [
      (0x00, 0), (0x10, 0), (0x11, 1), (0x20, 1), (0x21, 2), (0x30, 2), (0x31, nil),
    ] as [(UInt8, Int?)])
  func theFirstGroupThatReachesFarEnough(last: UInt8, expected: Int?) throws {
    let index = try RowGroupIndex(json: Array(Self.text.utf8), file: "index")
    #expect(index.rowGroup(of: id(last)) == expected)
  }

  @Test(arguments: [#"{"rowGroups":null}"#, "{}", #"{"rowGroups":[]}"#])
  func anIndexMayBeEmpty(text: String) throws {
    #expect(try RowGroupIndex(json: Array(text.utf8), file: "index").lastTraceIDs.isEmpty)
  }

  @Test(arguments: [#"{"rowGroups":7}"#, #"{"rowGroups":["AAAA"]}"#, #"{"rowGroups":["#, ""])
  func whatIsNoIndexIsRefused(text: String) {
    #expect(throws: StorageError.self) {
      try RowGroupIndex(json: Array(text.utf8), file: "index")
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func damagedIndexesAnswerOrAreRefused(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let damaged = Damage.inflicted(on: Array(Self.text.utf8), using: &random)
    do throws(StorageError) {
      let index = try RowGroupIndex(json: damaged, file: "index")
      #expect(index.rowGroup(of: id(0x11)).map { $0 < 3 } ?? true, "seed \(seed)")
    } catch {
      #expect(error.description.hasPrefix("index"), "seed \(seed): \(error)")
    }
  }
}
