/// Builds the offsets of every repeated depth from one column's levels.
///
/// An entry (r, d) starts an element at depth k >= 1 if k >= max(r, 1) and d reaches the level at
/// which the k-th repeated ancestor has an element; with r = 0 it also starts a row (depth 0).
/// Depths are done from the deepest up, each over the entries that the one below left: those with
/// r <= k. Most entries only start an element of the deepest depth, so the work shrinks fast.
struct ShapeBuilder {
  private let depth: Int
  /// The column goes deeper than the shape.
  private let isCut: Bool
  /// The lanes of depths 0...depth.
  private let lanes: [Lane]
  /// `offsets[k]`: for each element at depth k, where its elements at depth k + 1 begin.
  private var offsets: [OutputColumn<UInt32>]
  /// Elements so far at depths 1...depth, at index k - 1.
  private var counts: [UInt32]
  /// Levels of the entries that are left.
  private let repetitions = ByteBuffer()
  private let definitions = ByteBuffer()

  /// `rows` rows and about `entries` level entries are expected.
  init(leaf: Leaf, depth: Int, rows: Int, entries: Int) {
    precondition(depth >= 1 && depth <= leaf.maxRepetition, "a depth the column has")
    self.depth = depth
    isCut = depth < leaf.maxRepetition
    lanes = (0...depth).map { Lane(depth: $0, of: leaf) }
    offsets = (0..<depth).map { OutputColumn(reserving: $0 == 0 ? rows + 2 : entries + 2) }
    counts = Array(repeating: 0, count: depth)
  }

  /// Adds the entries of `range`.
  mutating func append(_ levels: LevelScan.Levels, _ range: Range<Int>) {
    guard let repetition = levels.repetition else {
      preconditionFailure("repeated columns have repetition levels")
    }
    let keptRepetition = repetitions.room(for: range.count + 1, of: UInt8.self)
    guard let definition = levels.definition else {
      var left = UnsafeBufferPointer(start: repetition + range.lowerBound, count: range.count)
      if isCut { left = Self.shallow(left, UInt8(depth), keptRepetition) }
      for k in (0..<depth).reversed() {
        left = appendFull(left, k, keptRepetition)
      }
      return
    }
    let keptDefinition = definitions.room(for: range.count + 1, of: UInt8.self)
    var entries = Entries(
      repetition: repetition + range.lowerBound, definition: definition + range.lowerBound,
      count: range.count)
    let kept = Kept(repetition: keptRepetition, definition: keptDefinition)
    for k in (0..<depth).reversed() { entries = append(entries, k, kept) }
  }

  /// The offsets of depths 0..<depth, each closed with the number of elements one deeper.
  mutating func finish() -> [[UInt32]] {
    var result: [[UInt32]] = []
    for k in 0..<depth {
      offsets[k].append(counts[k])
      result.append(offsets[k].finish())
    }
    return result
  }
}

// MARK: One depth

extension ShapeBuilder {
  private struct Entries {
    var repetition: UnsafePointer<UInt8>
    var definition: UnsafePointer<UInt8>
    var count: Int
  }

  private struct Kept {
    var repetition: UnsafeMutablePointer<UInt8>
    var definition: UnsafeMutablePointer<UInt8>
  }

  /// The entries that start an element of the deepest depth or above.
  @inline(never)
  private static func shallow(
    _ entries: UnsafeBufferPointer<UInt8>, _ last: UInt8, _ kept: UnsafeMutablePointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    guard let source = entries.baseAddress else { return entries }
    let last = Int(last)
    var n = 0
    var i = 0
    while i < entries.count {
      let level = source[i]
      kept[n] = level
      n &+= LevelScan.atMost(level, last)
      i &+= 1
    }
    return UnsafeBufferPointer(start: kept, count: n)
  }

  /// Depth `k` where every entry is full: each entry is an element at depth k + 1.
  private mutating func appendFull(
    _ entries: UnsafeBufferPointer<UInt8>, _ k: Int, _ kept: UnsafeMutablePointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    guard let source = entries.baseAddress else { return entries }
    var parents = 0
    let first = counts[k]
    offsets[k].write(upTo: entries.count + 1) { target in
      parents = Self.pass(source, entries.count, UInt8(k), first, target, kept)
      return parents
    }
    counts[k] = first &+ UInt32(truncatingIfNeeded: entries.count)
    return UnsafeBufferPointer(start: kept, count: parents)
  }

  /// Everything is written for every entry, and kept only if a parent starts there: no branch.
  /// (A function of its own, so that the loop has all registers to itself.)
  @inline(never)
  private static func pass(
    _ repetition: UnsafePointer<UInt8>, _ count: Int, _ last: UInt8, _ first: UInt32,
    _ target: UnsafeMutablePointer<UInt32>, _ kept: UnsafeMutablePointer<UInt8>
  ) -> Int {
    let last = Int(last)
    var parents = 0
    var i = 0
    while i < count {
      let level = repetition[i]
      target[parents] = first &+ UInt32(truncatingIfNeeded: i)
      kept[parents] = level
      parents &+= LevelScan.atMost(level, last)
      i &+= 1
    }
    return parents
  }

  private mutating func append(_ entries: Entries, _ k: Int, _ kept: Kept) -> Entries {
    var left = 0
    var children = counts[k]
    offsets[k].write(upTo: entries.count + 1) { target in
      Self.pass(entries, lanes[k], lanes[k + 1], &children, target, kept, &left)
    }
    counts[k] = children
    return Entries(
      repetition: UnsafePointer(kept.repetition), definition: UnsafePointer(kept.definition),
      count: left)
  }

  /// Returns the number of parents; `left` is the number of entries kept, which may be more.
  @inline(never)
  private static func pass(
    _ entries: Entries, _ parent: Lane, _ child: Lane, _ total: inout UInt32,
    _ target: UnsafeMutablePointer<UInt32>, _ kept: Kept, _ left: inout Int
  ) -> Int {
    let last = parent.repetition
    let leastParent = parent.definition
    let leastChild = child.definition
    // Entries deeper than the shape (only before the first pass) start nothing.
    let lastChild = child.repetition
    let repetition = entries.repetition
    let definition = entries.definition
    let keptRepetition = kept.repetition
    let keptDefinition = kept.definition
    let count = entries.count
    var children = Int(total)
    var parents = 0
    var n = 0
    var i = 0
    while i < count {
      let level = repetition[i]
      let depth = definition[i]
      target[parents] = UInt32(truncatingIfNeeded: children)
      keptRepetition[n] = level
      keptDefinition[n] = depth
      let isKept = LevelScan.atMost(level, last)
      n &+= isKept
      parents &+= isKept & LevelScan.atLeast(depth, leastParent)
      children &+= LevelScan.atMost(level, lastChild) & LevelScan.atLeast(depth, leastChild)
      i &+= 1
    }
    total = UInt32(truncatingIfNeeded: children)
    left = n
    return parents
  }
}
