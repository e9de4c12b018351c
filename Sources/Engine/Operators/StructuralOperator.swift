import Columns
import Storage
import TraceQL

/// `left op right` for all spansets of a unit, one pass over the tree of each trace that matters.
struct StructuralOperator {
  let relation: StructuralRelation
  let form: StructuralForm

  private struct Scratch {
    var tree = TraceTree()
    var left: [Bool] = []
    var right: [Bool] = []
    var related: [Bool] = []

    mutating func resize(_ count: Int) {
      guard left.count < count else { return }
      left = [Bool](repeating: false, count: count)
      right = left
      related = left
    }
  }

  /// The spans the operator returns; `left` and `right` are parts of the same input spansets.
  func apply(
    _ left: Bitmap, _ right: Bitmap, _ state: SpansetState, _ context: UnitContext
  ) throws(StorageError) -> Bitmap {
    let layout = context.layout
    var result = Bitmap(count: right.count)
    var active = right.gathered(layout.spansOfTrace)
    if form != .unrelated { active.formIntersection(left.gathered(layout.spansOfTrace)) }
    if active.isEmpty { return result }
    let sets = try context.nestedSets()
    var scratch = Scratch()
    for trace in active.indices() {
      let spans = layout.spans(of: Int(trace))
      scratch.resize(spans.count)
      scratch.tree.load(spans, sets)
      guard let grouping = state.grouping else {
        combine(left, right, spans, &scratch, &result) { _ in true }
        continue
      }
      // Each spanset is a world of its own.
      let present = Set(right.indices(in: spans).map { grouping.setOf[Int($0)] })
      for set in present {
        combine(left, right, spans, &scratch, &result) { grouping.setOf[$0] == set }
      }
    }
    return result
  }

  private func combine(
    _ left: Bitmap, _ right: Bitmap, _ spans: Range<Int>, _ scratch: inout Scratch,
    _ result: inout Bitmap, where isInSet: (Int) -> Bool
  ) {
    for (local, span) in spans.enumerated() {
      let belongs = isInSet(span)
      scratch.left[local] = belongs && left[span]
      scratch.right[local] = belongs && right[span]
    }
    scratch.tree.relate(relation, scratch.left, &scratch.related)
    for (local, span) in spans.enumerated() where scratch.right[local] {
      if scratch.related[local] != (form == .unrelated) { result[span] = true }
    }
    guard form == .both else { return }
    scratch.tree.relate(relation.inverse, scratch.right, &scratch.related)
    for (local, span) in spans.enumerated() where scratch.left[local] && scratch.related[local] {
      result[span] = true
    }
  }
}
