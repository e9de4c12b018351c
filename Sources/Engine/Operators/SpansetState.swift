import Columns
import Storage

/// The spansets flowing through a pipeline, for all traces of a unit at once.
///
/// The spansets of a state never share a span: filters and operators shrink them, `by` splits them,
/// `coalesce` joins them. So one bit a span says whether it is in a spanset, and one number which.
/// Only comparisons of wrapped pipelines with `by` give spansets that share spans (traceql.md 7.3);
/// they lie in several states, layers, and each later stage runs on every layer on its own.
struct SpansetState {
  /// Spans in some spanset.
  var selected: Bitmap
  /// Which spanset each selected span is in; nil while each trace has one, numbered like the trace.
  var grouping: Grouping?
  /// What stages appended to the spansets, in order: one value for each spanset.
  var attributes: [SetAttribute] = []

  struct Grouping {
    /// By span; meaningless for spans that are not selected.
    var setOf: [UInt32]
    /// By spanset.
    var traceOf: [UInt32]
  }

  struct SetAttribute {
    var key: String
    var values: FieldVector
  }

  func setCount(_ layout: UnitLayout) -> Int { grouping?.traceOf.count ?? layout.traceCount }

  /// Spansets that contain a span of `spans`.
  func sets(with spans: Bitmap, _ layout: UnitLayout) -> Bitmap {
    guard let grouping else { return spans.gathered(layout.spansOfTrace) }
    var result = Bitmap(count: grouping.traceOf.count)
    result.insert(spans.indices().map { grouping.setOf[Int($0)] })
    return result
  }

  /// The spans of `spans` that lie in one of `sets`.
  func spans(_ spans: Bitmap, in sets: Bitmap, _ layout: UnitLayout) -> Bitmap {
    guard let grouping else {
      return spans.intersection(sets.spread(layout.spansOfTrace))
    }
    var result = Bitmap(count: spans.count)
    result.insert(spans.indices().filter { sets[Int(grouping.setOf[Int($0)])] })
    return result
  }

  /// The spanset of each of `spans`.
  func setIDs(of spans: [UInt32], _ layout: UnitLayout) -> [UInt32] {
    let owners = grouping?.setOf ?? layout.traceOf
    return spans.map { owners[Int($0)] }
  }
}

extension [SpansetState] {
  /// Spans in some spanset of some layer.
  var selected: Bitmap {
    dropFirst().reduce(self[0].selected) { $0.union($1.selected) }
  }
}

extension Bitmap {
  /// The bits of the marked traces only, end to end; `offsets` are the rows of each trace.
  func narrowed(to traces: Bitmap, offsets: [UInt32]) -> Bitmap {
    gathered(
      traces.runs().map { Int(offsets[$0.lowerBound])..<Int(offsets[$0.upperBound]) })
  }
}
