import Columns
import Spans
import Storage

/// A column that holds one attribute, by element of its lane.
struct DirectValues {
  private let key: UInt32
  private let kind: AttributeKind
  private let emptyMeansAbsent: Bool
  /// Element `e` has the values `offsets[e]..<offsets[e + 1]`.
  private let offsets: [UInt32]
  private var values: [UInt64]
  /// What was redacted: nil, nothing; else by element.
  private var redacted: [Bool] = []
  private var replacement: UInt32?

  init(
    _ column: TraceSchema.DirectColumn, _ owned: OwnedColumn, count: Int,
    _ strings: inout StringInterner
  ) {
    key = strings.intern(column.attribute)
    kind = column.kind == .int ? .int : .text
    emptyMeansAbsent = column.emptyMeansAbsent
    offsets = Self.offsets(owners: owned.owners, count: count)
    values = owned.values.payloads(&strings)
  }

  /// Where the values of each of `count` owners begin.
  static func offsets(owners: [UInt32], count: Int) -> [UInt32] {
    var offsets = [UInt32](repeating: 0, count: count + 1)
    for owner in owners { offsets[Int(owner) + 1] += 1 }
    for i in 1..<offsets.count { offsets[i] += offsets[i - 1] }
    return offsets
  }

  /// Mutating, so that the columns are used where they are and not copied for every element.
  mutating func append(element: Int, to table: inout AttributeTable) {
    let range = Int(offsets[element])..<Int(offsets[element + 1])
    guard let first = range.first else { return }
    if !redacted.isEmpty, redacted[element] {
      if let replacement { table.append(key: key, .text, UInt64(replacement)) }
    } else if range.count > 1 {
      table.append(key: key, kind.array, elements: Array(values[range]))
    } else if !(emptyMeansAbsent && values[first] == 0) {
      table.append(key: key, kind, values[first])
    }
  }

  mutating func redact(_ judge: inout RedactionJudge, _ strings: inout StringInterner) {
    guard judge.names(key) else { return }
    redacted = [Bool](repeating: false, count: offsets.count - 1)
    replacement = judge.replacement
    for element in redacted.indices {
      let range = Int(offsets[element])..<Int(offsets[element + 1])
      if range.isEmpty || (emptyMeansAbsent && values[range.lowerBound] == 0) { continue }
      redacted[element] = judge.takes(kind, values[range], strings)
    }
  }
}
