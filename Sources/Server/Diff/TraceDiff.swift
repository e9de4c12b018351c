import OTLP

/// What is different between two traces: spans matched step by step from the roots down.
struct TraceDiff {
  struct Change {
    enum Target {
      case attribute(scope: String, key: String)
      case field(String)
    }
    var target: Target
    var before: AnyValue?
    var after: AnyValue?
  }

  struct Modified {
    var base: Int
    var changes: [Change]
  }

  /// Where an added span would stand in the base trace.
  struct Added {
    var compare: Int
    var parentPath: [Int]
    var index: Int
  }

  let base: SpanTree
  let compare: SpanTree
  private(set) var matchedCount = 0
  private(set) var modified: [Modified] = []
  private(set) var removed: [Int] = []
  private(set) var added: [Added] = []
  private(set) var eventChangeCount = 0

  /// Entries listed.
  private static let entriesMax = 10_000

  init(base: SpanTree, compare: SpanTree) {
    self.base = base
    self.compare = compare
    // Pairs of siblings still to be matched, with the base path above them.
    var open: [(base: [Int], compare: [Int], path: [Int])] = [(base.roots, compare.roots, [])]
    while let (left, right, path) = open.popLast() {  // every turn goes a level down
      let (pairs, gone, new) = Self.match(left, right, base, compare)
      for (a, b) in pairs {
        note(a, b)
        open.append((base.nodes[a].children, compare.nodes[b].children, base.nodes[a].path))
      }
      removed += gone.flatMap { base.subtree($0) }
      for number in new {
        for below in compare.subtree(number) {
          let own = compare.nodes[below].path
          let above = compare.nodes[number].path.count
          // Below an added span the way is that of the other trace.
          let parent = below == number ? path : path + own.dropLast().suffix(own.count - above)
          added.append(Added(compare: below, parentPath: parent, index: own.last ?? 0))
        }
      }
    }
    sort()
  }

  /// The k-th sibling of a step in one trace is the k-th of that step in the other.
  private static func match(
    _ left: [Int], _ right: [Int], _ base: SpanTree, _ compare: SpanTree
  ) -> (pairs: [(Int, Int)], gone: [Int], new: [Int]) {
    var waiting: [SpanTree.Node.Step: [Int]] = [:]
    for number in right.reversed() {
      waiting[compare.nodes[number].step, default: []].append(number)
    }
    var pairs: [(Int, Int)] = []
    var gone: [Int] = []
    for number in left {
      if let partner = waiting[base.nodes[number].step]?.popLast() {
        pairs.append((number, partner))
      } else {
        gone.append(number)
      }
    }
    let taken = Set(pairs.map(\.1))
    return (pairs, gone, right.filter { !taken.contains($0) })
  }

  private mutating func note(_ a: Int, _ b: Int) {
    matchedCount += 1
    let (old, new) = (base.nodes[a], compare.nodes[b])
    var changes = Self.attributeChanges("span", old.span.attributes, new.span.attributes)
    changes += Self.attributeChanges("resource", old.resource, new.resource)
    if old.durationNanoseconds != new.durationNanoseconds {
      changes.append(
        Change(
          target: .field("duration_nanos"), before: .int(old.durationNanoseconds),
          after: .int(new.durationNanoseconds)))
    }
    if old.span.status.code != new.span.status.code {
      changes.append(
        Change(
          target: .field("status"),
          before: .string(Keywords.status(Int64(old.span.status.code))),
          after: .string(Keywords.status(Int64(new.span.status.code)))))
    }
    eventChangeCount += Self.eventChanges(old.span.events, new.span.events)
    if !changes.isEmpty { modified.append(Modified(base: a, changes: changes)) }
  }

  private static func attributeChanges(
    _ scope: String, _ old: [KeyValue], _ new: [KeyValue]
  ) -> [Change] {
    let before = Dictionary(old.map { ($0.key, $0.value) }) { $1 }
    let after = Dictionary(new.map { ($0.key, $0.value) }) { $1 }
    let keys = Set(before.keys).union(after.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return keys.compactMap { key in
      before[key] == after[key]
        ? nil
        : Change(
          target: .attribute(scope: scope, key: key), before: before[key], after: after[key])
    }
  }

  /// Events of a name that one side has more often.
  private static func eventChanges(_ old: [Event], _ new: [Event]) -> Int {
    var balance: [String: Int] = [:]
    for event in old { balance[event.name, default: 0] -= 1 }
    for event in new { balance[event.name, default: 0] += 1 }
    return balance.values.reduce(0) { $0 + abs($1) }
  }

  private mutating func sort() {
    modified.sort { base.nodes[$0.base].path.lexicographicallyPrecedes(base.nodes[$1.base].path) }
    removed.sort { base.nodes[$0].path.lexicographicallyPrecedes(base.nodes[$1].path) }
    added.sort { a, b in
      a.parentPath == b.parentPath
        ? a.index < b.index : a.parentPath.lexicographicallyPrecedes(b.parentPath)
    }
  }

  // MARK: Counts

  struct Listed {
    var modified: ArraySlice<Modified>
    var removed: ArraySlice<Int>
    var added: ArraySlice<Added>
    var isTruncated: Bool
  }

  /// What is listed: as much as anybody reads.
  var listed: Listed {
    let limit = Self.entriesMax
    return Listed(
      modified: modified.prefix(limit), removed: removed.prefix(limit), added: added.prefix(limit),
      isTruncated: max(modified.count, removed.count, added.count) > limit)
  }

  var fieldChangeCount: Int { changeCount { if case .field = $0.target { true } else { false } } }
  var attributeChangeCount: Int {
    changeCount { if case .attribute = $0.target { true } else { false } }
  }

  private func changeCount(_ isCounted: (Change) -> Bool) -> Int {
    modified.reduce(0) { $0 + $1.changes.count(where: isCounted) }
  }
}
