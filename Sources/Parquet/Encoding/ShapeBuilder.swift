/// Builds the offsets of every repeated depth from one column's levels.
///
/// An entry (r, d) starts an element at depth k >= 1 if k >= max(r, 1) and d reaches the level at
/// which the k-th repeated ancestor has an element; with r = 0 it also starts a row (depth 0).
struct ShapeBuilder {
  private let depth: Int
  /// Least definition level of an element at depth k, at index k - 1.
  private let definitions: [UInt8]
  /// `offsets[k]`: for each element at depth k, where its elements at depth k + 1 begin.
  private var offsets: [OutputColumn<UInt32>]
  /// Elements so far at depths 0...depth.
  private var counts: [UInt32]

  init(leaf: Leaf, depth: Int, reserving rows: Int) {
    precondition(depth >= 1 && depth <= leaf.maxRepetition, "a depth the column has")
    self.depth = depth
    definitions = leaf.repeatedDefinitions.prefix(depth).map { UInt8($0) }
    offsets = (0..<depth).map { _ in OutputColumn(reserving: rows + 1) }
    counts = Array(repeating: 0, count: depth + 1)
  }

  /// Adds the entries of `range`; nil definitions = every entry is full.
  mutating func append(_ levels: LevelScan.Levels, _ range: Range<Int>) {
    guard let repetition = levels.repetition else {
      preconditionFailure("repeated columns have repetition levels")
    }
    switch depth {
    case 1: appendDepth1(repetition, levels.definition, range)
    default: appendAny(repetition, levels.definition, range)
    }
  }

  private mutating func appendDepth1(
    _ repetition: UnsafePointer<UInt8>, _ definition: UnsafePointer<UInt8>?, _ range: Range<Int>
  ) {
    var elements = counts[1]
    var rows = 0
    let least = definitions[0]
    offsets[0].write(upTo: range.count) { target in
      for i in range {
        target[rows] = elements
        rows &+= repetition[i] == 0 ? 1 : 0
        // Entries deeper inside an element (r > 1) do not start another.
        let isThere = definition.map { $0[i] >= least } ?? true
        elements &+= (repetition[i] <= 1 ? 1 : 0) & (isThere ? 1 : 0)
      }
      return rows
    }
    counts[0] &+= UInt32(truncatingIfNeeded: rows)
    counts[1] = elements
  }

  private mutating func appendAny(
    _ repetition: UnsafePointer<UInt8>, _ definition: UnsafePointer<UInt8>?, _ range: Range<Int>
  ) {
    for i in range {
      let r = Int(repetition[i])
      let d = definition.map { $0[i] } ?? .max
      if r == 0 {
        offsets[0].append(counts[1])
        counts[0] &+= 1
      }
      var k = max(r, 1)
      while k <= depth, d >= definitions[k - 1] {
        if k < depth { offsets[k].append(counts[k + 1]) }
        counts[k] &+= 1
        k += 1
      }
    }
  }

  /// The offsets of depths 0..<depth, each closed with the number of elements one deeper.
  consuming func finish() -> [[UInt32]] {
    for k in 0..<depth { offsets[k].append(counts[k + 1]) }
    return offsets.map { $0.finish() }
  }
}
