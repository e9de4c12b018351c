import Columns
import Parquet
import Testing

/// The worked example of blocks.md 3.12: one trace, `frontend` with the scopes `lib` (S1, S2) and
/// "" (S3), `backend` with `lib2` (S4).
@Suite struct NestedLevelsTests {
  private let resources = NestedLevels.rows(1).repeated(by: [0, 2])
  private var scopes: NestedLevels { resources.repeated(by: [0, 2, 3]) }
  private var spans: NestedLevels { scopes.repeated(by: [0, 2, 3, 4]) }

  private func levels(_ levels: NestedLevels) -> [[Int]] {
    zip(levels.repetition, levels.definition).map { [Int($0), Int($1)] }
  }

  @Test func lanesAreNumberedByTheirDepth() {
    #expect(levels(resources) == [[0, 1], [1, 1]])
    #expect(levels(scopes) == [[0, 2], [2, 2], [1, 2]])
    #expect(levels(spans) == [[0, 3], [3, 3], [2, 3], [1, 3]])
  }

  @Test func repeatedValues() {
    // A scalar, then an array of two; nine, then nothing.
    #expect(levels(resources.repeated(by: [0, 1, 3])) == [[0, 2], [1, 2], [2, 2]])
    #expect(levels(resources.repeated(by: [0, 1, 1])) == [[0, 2], [1, 1]])
    // One value each for S1 and S2, none for S3, two for S4.
    let dedicated = spans.repeated(by: [0, 1, 2, 2, 4])
    #expect(levels(dedicated) == [[0, 4], [3, 4], [2, 3], [1, 4], [4, 4]])
  }

  @Test func listsInLists() {
    let events = spans.repeated(by: [0, 2, 2, 2, 2])
    #expect(levels(events) == [[0, 4], [4, 4], [3, 3], [2, 3], [1, 3]])
    let numbers = events.repeated(by: [0, 1, 1])
    #expect(levels(numbers) == [[0, 5], [4, 4], [3, 3], [2, 3], [1, 3]])
  }

  @Test func optionalValues() {
    var present = Bitmap(count: 2)
    present[1] = true
    #expect(levels(resources.optional(present)) == [[0, 1], [1, 2]])
  }

  @Test func rowsAndValuesAreCounted() {
    let levels = NestedLevels.rows(3).repeated(by: [0, 2, 2, 3])
    #expect(levels.rowStarts == [0, 2, 3, 4])
    #expect(levels.valueStarts == [0, 2, 2, 3])
    #expect(levels.valueCount == 3)
  }
}
