import Testing

@testable import Engine

@Suite("Names and values, until there are enough")
struct TagCollectionTests {
  private func collection(bytesMax: Int? = nil, staleMax: Int? = nil) -> TagCollection<String> {
    var limits = QueryLimits()
    limits.tagBytesMax = bytesMax
    limits.staleTagsMax = staleMax
    return TagCollection(limits) { $0.utf8.count }
  }

  @Test("without limits everything is there, each once")
  func all() {
    let tags = collection()
    tags.add(["b", "a"])
    tags.add(["a", "c"])
    #expect(tags.tags(sortedBy: <) == ["a", "b", "c"])
    #expect(!tags.isFull && tags.partialReasons.isEmpty)
  }

  @Test("bytes are those of the answer, and what is cut off is said")
  func bytes() {
    let tags = collection(bytesMax: 5)
    tags.add(["aa", "bb"])
    tags.add(["aa"])
    #expect(!tags.isFull)
    tags.add(["b", "cc"])
    #expect(tags.isFull)
    #expect(tags.tags(sortedBy: <) == ["aa", "b", "bb"])
    #expect(tags.partialReasons.count == 1 && tags.partialReasons[0].contains("5 bytes"))
    let exact = collection(bytesMax: 4)
    exact.add(["aa", "bb"])
    #expect(!exact.isFull && exact.partialReasons.isEmpty)
    #expect(exact.tags(sortedBy: <).count == 2)
  }

  @Test("known ones in a row, counted over places that tell nothing new")
  func stale() {
    let tags = collection(staleMax: 3)
    tags.add(["a", "b", "c", "d"])
    tags.add(["a", "b"])
    #expect(!tags.isFull)
    tags.add(["a", "b", "c", "e"])
    #expect(!tags.isFull, "there was a new one")
    tags.add(["a", "b"])
    tags.add(["c"])
    #expect(tags.isFull && tags.partialReasons.isEmpty)
    #expect(tags.tags(sortedBy: <) == ["a", "b", "c", "d", "e"])
  }
}
