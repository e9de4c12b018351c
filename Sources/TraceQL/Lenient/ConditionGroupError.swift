/// Why a tag filter is refused.
package enum ConditionGroupError: Error, Sendable, Equatable {
  case tooManyGroups(limit: Int)

  /// The text of the API's answer.
  package var message: String {
    switch self {
    case .tooManyGroups(let limit):
      "maximum condition groups reached (limit: \(limit)). "
        + "Reduce the number of OR conditions in the query"
    }
  }
}
