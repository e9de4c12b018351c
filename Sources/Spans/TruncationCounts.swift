/// How many attributes were cut because they were too long, by what they are attributes of.
package struct TruncationCounts: Sendable, Equatable {
  /// The words are those of the metric.
  package enum Place: Int, Sendable, CaseIterable {
    case resource, scope, span, event, link
  }

  private var counts = [Int](repeating: 0, count: Place.allCases.count)

  package init() {}

  package subscript(_ place: Place) -> Int {
    get { counts[place.rawValue] }
    set { counts[place.rawValue] = newValue }
  }

  package var total: Int { counts.reduce(0, +) }

  package static func += (left: inout TruncationCounts, right: TruncationCounts) {
    for place in Place.allCases { left[place] += right[place] }
  }
}
