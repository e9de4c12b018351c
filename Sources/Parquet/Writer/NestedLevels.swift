package import Columns

/// The repetition and definition levels of the entries of a lane, and where rows begin among them.
///
/// Built lane by lane from the row downwards: `rows(n)`, then `.repeated(by: offsets)` for every
/// repeated group on the way. Leaves of one lane share one value, and with it the encoded form of
/// its pages, which is why this is a class.
package final class NestedLevels: Sendable {
  package let maxRepetition: Int
  package let maxDefinition: Int
  /// One level an entry.
  package let repetition: [UInt8]
  package let definition: [UInt8]
  /// Entry at which each row starts, and the number of entries: rows + 1 numbers.
  package let rowStarts: [UInt32]
  /// Entries before each row that hold a value: rows + 1 numbers.
  package let valueStarts: [UInt32]
  let encoded = EncodedLevels()

  private init(
    maxRepetition: Int, maxDefinition: Int, repetition: [UInt8], definition: [UInt8],
    rowStarts: [UInt32]
  ) {
    self.maxRepetition = maxRepetition
    self.maxDefinition = maxDefinition
    self.repetition = repetition
    self.definition = definition
    self.rowStarts = rowStarts
    var values: [UInt32] = [0]
    values.reserveCapacity(rowStarts.count)
    var count: UInt32 = 0
    for row in 0..<rowStarts.count - 1 {
      for entry in Int(rowStarts[row])..<Int(rowStarts[row + 1])
      where definition[entry] == UInt8(maxDefinition) { count += 1 }
      values.append(count)
    }
    valueStarts = values
  }

  package var rowCount: Int { rowStarts.count - 1 }
  package var entryCount: Int { definition.count }
  package var valueCount: Int { Int(valueStarts[rowCount]) }

  /// One required entry a row.
  package static func rows(_ count: Int) -> NestedLevels {
    NestedLevels(
      maxRepetition: 0, maxDefinition: 0, repetition: [UInt8](repeating: 0, count: count),
      definition: [UInt8](repeating: 0, count: count),
      rowStarts: (0...count).map { UInt32($0) })
  }

  /// The lane below: element `i` of this lane has the children `offsets[i]..<offsets[i + 1]`.
  package func repeated(by offsets: [UInt32]) -> NestedLevels {
    precondition(offsets.count == valueCount + 1, "every element says where its children are")
    let capacity = Int(offsets[valueCount]) + entryCount
    var repetition: [UInt8] = []
    var definition: [UInt8] = []
    repetition.reserveCapacity(capacity)
    definition.reserveCapacity(capacity)
    var rowStarts: [UInt32] = [0]
    rowStarts.reserveCapacity(self.rowStarts.count)
    let here = UInt8(maxDefinition)
    let again = UInt8(maxRepetition + 1)
    var element = 0
    for row in 0..<rowCount {
      for entry in Int(self.rowStarts[row])..<Int(self.rowStarts[row + 1]) {
        var children: UInt32 = 0
        if self.definition[entry] == here {
          children = offsets[element + 1] - offsets[element]
          element += 1
        }
        repetition.append(self.repetition[entry])
        definition.append(children == 0 ? self.definition[entry] : here + 1)
        for _ in 0..<max(1, children) - 1 {
          repetition.append(again)
          definition.append(here + 1)
        }
      }
      rowStarts.append(UInt32(definition.count))
    }
    return NestedLevels(
      maxRepetition: maxRepetition + 1, maxDefinition: maxDefinition + 1, repetition: repetition,
      definition: definition, rowStarts: rowStarts)
  }

  /// The same entries below an optional field that the elements of `present` have.
  package func optional(_ present: Bitmap) -> NestedLevels {
    precondition(present.count == valueCount, "every element says whether it has the field")
    var definition = self.definition
    let here = UInt8(maxDefinition)
    var element = 0
    for entry in definition.indices where definition[entry] == here {
      if present[element] { definition[entry] = here + 1 }
      element += 1
    }
    return NestedLevels(
      maxRepetition: maxRepetition, maxDefinition: maxDefinition + 1, repetition: repetition,
      definition: definition, rowStarts: rowStarts)
  }
}
