import Storage
import TestSupport
import Testing
import TraceQL

@testable import Engine

/// Relations within spansets: one walk for all of them says what a walk for each says.
@Suite struct TraceTreeTests {
  private static let relations: [StructuralRelation] = [
    .child, .parent, .descendant, .ancestor, .sibling,
  ]

  /// A tree of random shape with a few orphans, which spans are marked, and their sets.
  private func random(
    seed: UInt64
  ) throws -> (tree: TraceTree, marks: [Bool], setOf: [Int32], setCount: Int) {
    var random = SplitMix(seed: seed)
    let count = random.integer(1...40)
    let spans = (1...count).map { id in
      TreeUnit.Span(
        id: UInt64(id), parent: id == 1 ? 0 : UInt64(random.integer(0...min(id, count) + 1)))
    }
    var tree = TraceTree()
    tree.load(0..<count, try NestedSets(TreeUnit([spans])))
    let setCount = random.integer(1...5)
    return (
      tree, (0..<count).map { _ in random.chance(percent: 40) },
      (0..<count).map { _ in Int32(random.integer(0...setCount - 1)) }, setCount
    )
  }

  @Test(arguments: 0..<200 as Range<UInt64>) func oneWalkIsAsGoodAsOneForEachSet(seed: UInt64)
    throws
  {
    var (tree, marks, setOf, setCount) = try random(seed: seed)
    for relation in Self.relations {
      var expected = [Bool](repeating: false, count: marks.count)
      for set in 0..<setCount {
        var related = expected
        let own = marks.indices.map { marks[$0] && setOf[$0] == Int32(set) }
        tree.relate(relation, own, &related)
        for i in marks.indices where setOf[i] == Int32(set) && related[i] { expected[i] = true }
      }
      var found = [Bool](repeating: true, count: marks.count)
      tree.relate(relation, marks, within: setOf, count: setCount, &found)
      #expect(found == expected, "seed \(seed), \(relation)")
    }
  }

  /// Every span in a set of its own: as many sets as spans must not cost their product.
  @Test func aSetForEverySpan() throws {
    let count = 200_000
    let spans = (1...count).map { TreeUnit.Span(id: UInt64($0), parent: UInt64($0 - 1)) }
    var tree = TraceTree()
    tree.load(0..<count, try NestedSets(TreeUnit([spans])))
    let marks = [Bool](repeating: true, count: count)
    var found = marks
    for relation in Self.relations {
      tree.relate(relation, marks, within: (0..<count).map { Int32($0) }, count: count, &found)
      #expect(!found.contains(true))
    }
  }
}
