/// Forms that Tempo's grammar has and its validation refuses.
package enum UnsupportedForm: Sendable, Equatable {
  case manyMetricsGroups(Int)
  case parentIntrinsic
  case parentScope
  /// The left side of a scalar filter is not a single aggregate; the payload is a plain spelling.
  case scalarLeftSide(String?)
  /// The right side of a scalar filter is not a constant.
  case scalarRightSide
}
