package import Engine

/// What `compare()` found: for each value of an attribute, how common it is in the selection and
/// in the baseline.
package struct Comparison: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package var attribute: String
    package var value: Value
    /// Spans; nil where the value is not listed and may have been cut off.
    package var selected: Double?
    package var baseline: Double?
    /// Parts of all spans of a side, 0...1. What is not listed counts as the most it can be.
    package var selectedShare: Double
    package var baselineShare: Double

    /// How much more of the selection has the value, -1...1.
    package var difference: Double { selectedShare - baselineShare }
  }

  /// Spans of each side: what its most common attribute counts.
  package let selectedTotal: Double
  package let baselineTotal: Double
  /// Those most different first.
  package let entries: [Entry]

  private struct Side {
    var counts: [Value: Double] = [:]
    var total = 0.0

    /// What values that are not listed can have at most.
    var unlistedMax: Double {
      let rest = total - counts.values.reduce(0, +)
      return max(0, min(rest, counts.values.min() ?? rest))
    }
  }

  package init(_ series: [MetricsSeries]) {
    var order: [String] = []
    var sides: [String: (selected: Side, baseline: Side)] = [:]
    for one in series {
      guard one.labels.count == 2, case .string(let type) = one.labels[0].value else { continue }
      let (key, value) = (one.labels[1].key, one.labels[1].value)
      let count = one.samples.reduce(0) { $0 + ($1.isNaN ? 0 : $1) }
      if sides[key] == nil {
        order.append(key)
        sides[key] = (Side(), Side())
      }
      switch type {
      case "selection": sides[key]?.selected.counts[value, default: 0] += count
      case "baseline": sides[key]?.baseline.counts[value, default: 0] += count
      case "selection_total": sides[key]?.selected.total += count
      case "baseline_total": sides[key]?.baseline.total += count
      default: break  // That a list of values was cut shows in the totals.
      }
    }
    let selectedTotal = sides.values.map(\.selected.total).max() ?? 0
    let baselineTotal = sides.values.map(\.baseline.total).max() ?? 0
    var entries: [Entry] = []
    for key in order {
      guard let pair = sides[key] else { continue }
      let values = Set(pair.selected.counts.keys).union(pair.baseline.counts.keys)
      for value in values {
        let selected = Self.count(value, pair.selected)
        let baseline = Self.count(value, pair.baseline)
        entries.append(
          Entry(
            attribute: key, value: value, selected: selected, baseline: baseline,
            selectedShare: Self.share(selected ?? pair.selected.unlistedMax, of: selectedTotal),
            baselineShare: Self.share(baseline ?? pair.baseline.unlistedMax, of: baselineTotal)))
      }
    }
    self.selectedTotal = selectedTotal
    self.baselineTotal = baselineTotal
    self.entries = entries.sorted(by: Self.precedes)
  }

  private static func count(_ value: Value, _ side: Side) -> Double? {
    side.counts[value] ?? (side.unlistedMax == 0 ? 0 : nil)
  }

  private static func share(_ count: Double, of total: Double) -> Double {
    total > 0 ? count / total : 0
  }

  private static func precedes(_ a: Entry, _ b: Entry) -> Bool {
    if a.difference.magnitude != b.difference.magnitude {
      return a.difference.magnitude > b.difference.magnitude
    }
    if a.attribute != b.attribute { return a.attribute < b.attribute }
    return Cell(a.value).exact < Cell(b.value).exact
  }
}
