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
    /// The spanset of each span, numbered within the trace; nil while each trace is one spanset.
    var sets: (setOf: [Int32], count: Int)?

    mutating func resize(_ count: Int) {
      guard left.count < count else { return }
      left = [Bool](repeating: false, count: count)
      right = left
      related = left
    }

    mutating func number(_ spans: Range<Int>, _ grouping: SpansetState.Grouping?) {
      guard let grouping else { return }
      var numbers: [UInt32: Int32] = [:]
      let setOf = spans.map { span in
        let set = grouping.setOf[span]
        if let known = numbers[set] { return known }
        let next = Int32(numbers.count)
        numbers[set] = next
        return next
      }
      sets = (setOf, numbers.count)
    }

    /// Marks in `related` what is `relation` of a span in `marks`; each spanset is a world of its
    /// own.
    mutating func relate(_ relation: StructuralRelation, _ marks: [Bool]) {
      if let sets {
        tree.relate(relation, marks, within: sets.setOf, count: sets.count, &related)
      } else {
        tree.relate(relation, marks, &related)
      }
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
    var done = 0
    for trace in active.indices() {
      let spans = layout.spans(of: Int(trace))
      scratch.resize(spans.count)
      scratch.tree.load(spans, sets)
      scratch.number(spans, state.grouping)
      combine(left, right, spans, &scratch, &result)
      done += spans.count
      if done > Self.spansBetweenChecks {
        try context.unit.checkpoint(taking: 0)
        done = 0
      }
    }
    return result
  }

  /// Looking whether the query is over takes as long as some dozen spans.
  private static let spansBetweenChecks = 1 << 16

  private func combine(
    _ left: Bitmap, _ right: Bitmap, _ spans: Range<Int>, _ scratch: inout Scratch,
    _ result: inout Bitmap
  ) {
    for (local, span) in spans.enumerated() {
      scratch.left[local] = left[span]
      scratch.right[local] = right[span]
    }
    scratch.relate(relation, scratch.left)
    for (local, span) in spans.enumerated() where scratch.right[local] {
      if scratch.related[local] != (form == .unrelated) { result[span] = true }
    }
    guard form == .both else { return }
    scratch.relate(relation.inverse, scratch.right)
    for (local, span) in spans.enumerated() where scratch.left[local] && scratch.related[local] {
      result[span] = true
    }
  }
}
