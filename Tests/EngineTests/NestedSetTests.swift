import Storage
import TestSupport
import Testing

/// Tree numbers where blocks lack them, and trees no sound program would send.
@Suite struct NestedSetTests {
  private typealias Span = TreeUnit.Span

  /// (left, right, parent) of every span.
  private func numbers(_ traces: [[TreeUnit.Span]]) throws -> [[Int64]] {
    let sets = try NestedSets(TreeUnit(traces))
    return sets.left.indices.map { [sets.left[$0], sets.right[$0], sets.parent[$0]] }
  }

  @Test func aTreeIsNumberedDepthFirst() throws {
    // 1 is the root of 2 and 3; 4 is a child of 2, stored before it.
    let spans = [Span(id: 4, parent: 2), Span(id: 1, parent: 0), Span(id: 2, parent: 1)]
    #expect(
      try numbers([spans + [Span(id: 3, parent: 1)]]) == [
        [3, 4, 2], [1, 8, -1], [2, 5, 1], [6, 7, 1],
      ])
  }

  @Test func orphansHaveNoNumbers() throws {
    let spans = [Span(id: 1, parent: 0), Span(id: 2, parent: 9), Span(id: 3, parent: 2)]
    #expect(try numbers([spans]) == [[1, 2, -1], [0, 0, 0], [0, 0, 0]])
  }

  @Test func circlesHaveNoNumbersAndEnd() throws {
    let spans = [
      Span(id: 1, parent: 0), Span(id: 2, parent: 4), Span(id: 3, parent: 2),
      Span(id: 4, parent: 3), Span(id: 5, parent: 5), Span(id: 6, parent: 1),
    ]
    let zero: [Int64] = [0, 0, 0]
    #expect(try numbers([spans]) == [[1, 4, -1], zero, zero, zero, zero, [2, 3, 1]])
  }

  @Test func aTraceWithoutRootHasNoNumbers() throws {
    let spans = [Span(id: 1, parent: 2), Span(id: 2, parent: 1)]
    #expect(try numbers([spans]) == [[0, 0, 0], [0, 0, 0]])
  }

  /// A client and a server half share an ID: children of the server half, unless they are servers.
  @Test func twoSpansMayShareAnID() throws {
    let (client, server): (Int64, Int64) = (3, 2)
    let spans = [
      Span(id: 1, parent: 0, kind: client), Span(id: 1, parent: 1, kind: server),
      Span(id: 2, parent: 1, kind: client),
    ]
    #expect(try numbers([spans]) == [[1, 6, -1], [2, 5, 1], [3, 4, 2]])
  }

  @Test func threeSpansWithOneIDAreNumberedByNobody() throws {
    let spans = [Span(id: 1, parent: 0), Span(id: 1, parent: 0), Span(id: 1, parent: 0)]
    #expect(try numbers([spans]) == [[0, 0, 0], [0, 0, 0], [0, 0, 0]])
  }

  @Test func partlyNumberedTracesAreNumberedAfresh() throws {
    // The second span lacks its number; in the other trace it is an orphan and lacks nothing.
    let lacking = [
      Span(id: 1, parent: 0, left: 1, right: 2, parentLeft: -1), Span(id: 2, parent: 1, left: 0),
    ]
    let orphaned = [
      Span(id: 1, parent: 0, left: 7, right: 8, parentLeft: -1), Span(id: 2, parent: 9, left: 0),
    ]
    #expect(
      try numbers([orphaned, lacking]) == [[7, 8, -1], [0, 0, 0], [1, 4, -1], [2, 3, 1]])
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func numbersNest(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let count = random.integer(1...60)
    let spans = (1...count).map { id in
      // Mostly a tree, with roots, orphans and circles.
      Span(
        id: UInt64(id), parent: UInt64(random.integer(0...count + 2)),
        kind: Int64(random.integer(0...5)))
    }
    let sets = try NestedSets(TreeUnit([spans]))
    var reached: Set<UInt64> = []
    var grew = true
    while grew {  // the naive way: whoever has a parent that was reached, until nobody is new
      let before = reached.count
      for span in spans where span.parent == 0 || reached.contains(span.parent) {
        reached.insert(span.id)
      }
      grew = reached.count > before
    }
    let numbers = sets.left.filter { $0 != 0 } + sets.right.filter { $0 != 0 }
    #expect(
      numbers.sorted() == (1...Int64(max(1, reached.count * 2))).map { $0 }
        || reached.isEmpty)
    for (i, span) in spans.enumerated() {
      #expect((sets.left[i] != 0) == reached.contains(span.id), "seed \(seed)")
      guard reached.contains(span.id), span.parent != 0 else { continue }
      let parent = Int(span.parent) - 1
      #expect(sets.left[parent] < sets.left[i] && sets.right[i] < sets.right[parent])
      #expect(sets.parent[i] == sets.left[parent], "seed \(seed)")
    }
  }

  /// A chain of a million spans, each the child of the next: no recursion, linear work.
  @Test func aChainOfAMillionSpans() throws {
    let count = 1_000_000
    let spans = (1...count).map {
      Span(id: UInt64($0), parent: $0 == count ? 0 : UInt64($0 + 1))
    }
    let sets = try NestedSets(TreeUnit([spans]))
    #expect(sets.left[count - 1] == 1 && sets.right[count - 1] == Int64(2 * count))
    #expect(sets.left[0] == Int64(count) && sets.right[0] == Int64(count + 1))
  }

  @Test func aMillionChildrenOfOneSpan() throws {
    let count = 1_000_000
    let spans = (1...count).map { Span(id: UInt64($0), parent: $0 == 1 ? 0 : 1) }
    let sets = try NestedSets(TreeUnit([spans]))
    #expect(sets.right[0] == Int64(2 * count))
    #expect(sets.left[count - 1] == Int64(2 * count - 2))
  }
}
