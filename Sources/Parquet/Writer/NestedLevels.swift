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
  /// Lanes that differ in how deep they could go, but do not, have the same levels.
  let encodedDefinitions: EncodedLevels
  let encodedRepetitions: EncodedLevels

  private init(
    maxRepetition: Int, maxDefinition: Int, repetition: [UInt8], definition: [UInt8],
    rowStarts: [UInt32], valueStarts: [UInt32], encodedRepetitions: EncodedLevels,
    encodedDefinitions: EncodedLevels = EncodedLevels()
  ) {
    self.maxRepetition = maxRepetition
    self.maxDefinition = maxDefinition
    self.repetition = repetition
    self.definition = definition
    self.rowStarts = rowStarts
    self.valueStarts = valueStarts
    self.encodedRepetitions = encodedRepetitions
    self.encodedDefinitions = encodedDefinitions
  }

  package var rowCount: Int { rowStarts.count - 1 }
  package var entryCount: Int { definition.count }
  package var valueCount: Int { Int(valueStarts[rowCount]) }

  /// One required entry a row.
  package static func rows(_ count: Int) -> NestedLevels {
    let starts = (0...count).map { UInt32($0) }
    return NestedLevels(
      maxRepetition: 0, maxDefinition: 0, repetition: [UInt8](repeating: 0, count: count),
      definition: [UInt8](repeating: 0, count: count), rowStarts: starts, valueStarts: starts,
      encodedRepetitions: EncodedLevels())
  }

  /// The lane below: element `i` of this lane has the children `offsets[i]..<offsets[i + 1]`.
  package func repeated(by offsets: [UInt32]) -> NestedLevels {
    precondition(offsets.count == valueCount + 1, "every element says where its children are")
    var most: UInt32 = 0
    var withoutChildren = 0
    for element in 0..<valueCount {
      let children = offsets[element + 1] - offsets[element]
      most = max(most, children)
      withoutChildren += children == 0 ? 1 : 0
    }
    if most == 0 { return childless(maxRepetition: maxRepetition + 1) }
    // Children of an element are counted from the first element of the row on.
    let valueStarts = self.valueStarts.map { offsets[Int($0)] }
    if most <= 1 {
      return NestedLevels(
        maxRepetition: maxRepetition + 1, maxDefinition: maxDefinition + 1, repetition: repetition,
        definition: definition(deeperWhere: { offsets[$0] < offsets[$0 + 1] }),
        rowStarts: rowStarts, valueStarts: valueStarts, encodedRepetitions: encodedRepetitions)
    }
    let entries = Int(offsets[valueCount]) + withoutChildren + entryCount - valueCount
    let rowStarts = rowStarts(below: offsets)
    precondition(Int(rowStarts[rowCount]) == entries, "every element has an entry a child, or one")
    return NestedLevels(
      maxRepetition: maxRepetition + 1, maxDefinition: maxDefinition + 1,
      repetition: repetition(below: offsets, count: entries),
      definition: definition(below: offsets, count: entries), rowStarts: rowStarts,
      valueStarts: valueStarts, encodedRepetitions: EncodedLevels())
  }

  /// The same entries below an optional field that the elements of `present` have.
  package func optional(_ present: Bitmap) -> NestedLevels {
    precondition(present.count == valueCount, "every element says whether it has the field")
    if present.isEmpty { return childless(maxRepetition: maxRepetition) }
    var valueStarts: [UInt32] = []
    valueStarts.reserveCapacity(rowStarts.count)
    var element = 0
    var count: UInt32 = 0
    for start in self.valueStarts {
      while element < Int(start) {
        count += present[element] ? 1 : 0
        element += 1
      }
      valueStarts.append(count)
    }
    return NestedLevels(
      maxRepetition: maxRepetition, maxDefinition: maxDefinition + 1, repetition: repetition,
      definition: definition(deeperWhere: { present[$0] }), rowStarts: rowStarts,
      valueStarts: valueStarts, encodedRepetitions: encodedRepetitions)
  }
}

// MARK: One level down

extension NestedLevels {
  /// The lane below where nothing is below.
  private func childless(maxRepetition: Int) -> NestedLevels {
    NestedLevels(
      maxRepetition: maxRepetition, maxDefinition: maxDefinition + 1, repetition: repetition,
      definition: definition, rowStarts: rowStarts,
      valueStarts: [UInt32](repeating: 0, count: rowStarts.count),
      encodedRepetitions: encodedRepetitions, encodedDefinitions: encodedDefinitions)
  }

  /// The definition levels of the same entries, one more where an element goes on.
  private func definition(deeperWhere isThere: (_ element: Int) -> Bool) -> [UInt8] {
    let here = UInt8(maxDefinition)
    var element = 0
    return [UInt8](capacity: entryCount) { levels in
      for level in definition {
        if level == here {
          levels.append(isThere(element) ? here + 1 : here)
          element += 1
        } else {
          levels.append(level)
        }
      }
    }
  }

  private func definition(below offsets: [UInt32], count: Int) -> [UInt8] {
    let here = UInt8(maxDefinition)
    var element = 0
    return [UInt8](capacity: count) { levels in
      for level in definition {
        guard level == here else {
          levels.append(level)
          continue
        }
        let children = offsets[element + 1] - offsets[element]
        element += 1
        if children == 0 { levels.append(here) }
        for _ in 0..<children { levels.append(here + 1) }
      }
    }
  }

  private func repetition(below offsets: [UInt32], count: Int) -> [UInt8] {
    let here = UInt8(maxDefinition)
    let again = UInt8(maxRepetition + 1)
    var element = 0
    return [UInt8](capacity: count) { levels in
      for entry in definition.indices {
        levels.append(repetition[entry])
        guard definition[entry] == here else { continue }
        let children = offsets[element + 1] - offsets[element]
        element += 1
        if children > 1 { for _ in 1..<children { levels.append(again) } }
      }
    }
  }

  private func rowStarts(below offsets: [UInt32]) -> [UInt32] {
    var starts: [UInt32] = [0]
    starts.reserveCapacity(rowStarts.count)
    var count: UInt32 = 0
    for row in 0..<rowCount {
      let elements = Int(valueStarts[row])..<Int(valueStarts[row + 1])
      count += rowStarts[row + 1] - rowStarts[row] - UInt32(elements.count)
      for element in elements { count += max(1, offsets[element + 1] - offsets[element]) }
      starts.append(count)
    }
    return starts
  }
}
