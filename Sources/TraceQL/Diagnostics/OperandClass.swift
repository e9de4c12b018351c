/// What kind of thing an operand outside a filter is.
package enum OperandClass: Sendable, Equatable {
  case spans, number, constant, comparison, field, series
}
