package import Engine

/// Columns for named values that differ from row to row, in the order they first appear.
///
/// One row can have a name twice (`resource.x` and `span.x` both come as `x`): each gets a column.
package struct AttributeColumns: Sendable {
  private struct Slot: Hashable {
    var key: String
    var occurrence: Int
  }

  private var slots: [Slot] = []
  private var positions: [Slot: Int] = [:]
  private var isNumeric: [Bool] = []

  package init() {}

  /// Makes room for the values of a row.
  package mutating func note(_ values: [NamedValue]) {
    for (slot, value) in Self.slotted(values) {
      let isNumber: Bool =
        switch value {
        case .int, .float, .duration: true
        default: false
        }
      if let position = positions[slot] {
        isNumeric[position] = isNumeric[position] && isNumber
      } else {
        positions[slot] = slots.count
        slots.append(slot)
        isNumeric.append(isNumber)
      }
    }
  }

  package var columns: [Table.Column] {
    zip(slots, isNumeric).map { slot, isNumeric in
      .init(
        slot.key, key: slot.key, alignment: isNumeric ? .right : .left, canShrink: !isNumeric)
    }
  }

  /// A cell for every column; those the row does not have are missing.
  package func cells(_ values: [NamedValue]) -> [Cell] {
    var cells = [Cell](repeating: .missing, count: slots.count)
    for (slot, value) in Self.slotted(values) {
      if let position = positions[slot] { cells[position] = Cell(value) }
    }
    return cells
  }

  private static func slotted(_ values: [NamedValue]) -> [(Slot, Value)] {
    var seen: [String: Int] = [:]
    return values.map { value in
      let occurrence = seen[value.key, default: 0]
      seen[value.key] = occurrence + 1
      return (Slot(key: value.key, occurrence: occurrence), value.value)
    }
  }
}
