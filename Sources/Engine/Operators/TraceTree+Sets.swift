/// Relations within spansets: spans are related to spans of their own set only, though those
/// between them may be of others. One walk for all sets, however many there are.
extension TraceTree {
  /// Marks in `result` every span that is `relation` of some span marked in `marks` of the same
  /// set; sets are numbered below `setCount`.
  func relate(
    _ relation: StructuralRelation, _ marks: [Bool], within setOf: [Int32], count setCount: Int,
    _ result: inout [Bool]
  ) {
    for i in 0..<count { result[i] = false }
    switch relation {
    case .child:
      for i in 0..<count where parentOf[i] >= 0 {
        let parent = Int(parentOf[i])
        result[i] = marks[parent] && setOf[parent] == setOf[i]
      }
    case .parent:
      for i in 0..<count where marks[i] && parentOf[i] >= 0 {
        let parent = Int(parentOf[i])
        if setOf[parent] == setOf[i] { result[parent] = true }
      }
    case .descendant, .ancestor: walk(relation, marks, setOf, setCount, &result)
    case .sibling: markSiblings(marks, setOf, &result)
    }
  }

  /// Depth first, with the number of marked spans of each set: among those that are open for
  /// descendants, among all that were met for ancestors.
  private func walk(
    _ relation: StructuralRelation, _ marks: [Bool], _ setOf: [Int32], _ setCount: Int,
    _ result: inout [Bool]
  ) {
    let wantsDescendants = relation == .descendant
    var marked = [Int32](repeating: 0, count: setCount)
    var open: [(span: Int, metBefore: Int32)] = []
    func close(_ entry: (span: Int, metBefore: Int32)) {
      let set = Int(setOf[entry.span])
      if wantsDescendants {
        if marks[entry.span] { marked[set] -= 1 }
      } else {
        result[entry.span] = marked[set] > entry.metBefore
      }
    }
    for left in 1..<max(1, count * 2 + 1) where spanAtLeft[left] >= 0 {
      let span = Int(spanAtLeft[left])
      while let last = open.last, Int32(last.span) != parentOf[span] {
        close(last)
        open.removeLast()
      }
      let set = Int(setOf[span])
      if wantsDescendants { result[span] = marked[set] > 0 }
      if marks[span] { marked[set] += 1 }
      open.append((span, marked[set]))
    }
    while let last = open.popLast() { close(last) }
  }

  private struct Family: Hashable {
    var parentLeft: Int32
    var set: Int32
  }

  private func markSiblings(_ marks: [Bool], _ setOf: [Int32], _ result: inout [Bool]) {
    var marked: [Family: Int] = [:]
    for i in 0..<count where marks[i] && parentLeft[i] != 0 {
      marked[Family(parentLeft: parentLeft[i], set: setOf[i]), default: 0] += 1
    }
    for i in 0..<count where parentLeft[i] != 0 {
      let family = Family(parentLeft: parentLeft[i], set: setOf[i])
      result[i] = marked[family, default: 0] - (marks[i] ? 1 : 0) > 0
    }
  }
}
