/// Who is whose parent, and the nested-set numbers: traceql.md 6.2 and blocks.md 3.9.
struct Tree {
  /// The parent span, also of spans that no root reaches; nil where IDs do not tell.
  private(set) var parent: [Int?]
  private(set) var left: [Int64]
  private(set) var right: [Int64]
  /// The parent's `left`; -1 for a root, 0 for spans that no root reaches.
  private(set) var up: [Int64]
  private(set) var childCount: [Int64]

  init(_ spans: [StoredSpan]) {
    parent = Array(repeating: nil, count: spans.count)
    left = Array(repeating: 0, count: spans.count)
    right = left
    up = left
    childCount = left

    var byID: [[UInt8]: [Int]] = [:]
    for (number, span) in spans.enumerated() { byID[span.id, default: []].append(number) }
    // An ID that three spans share tells nothing, and takes the whole trace's structure.
    if byID.values.contains(where: { $0.count > 2 }) { return }
    for (number, span) in spans.enumerated() where !span.parentID.isEmpty {
      parent[number] = Self.parent(of: span, among: byID[span.parentID] ?? [], spans)
    }
    let roots = spans.indices.filter { spans[$0].parentID.isEmpty }
    if roots.isEmpty { return }

    var children: [Int: [Int]] = [:]
    for (number, parent) in parent.enumerated() {
      if let parent { children[parent, default: []].append(number) }
    }
    for (number, list) in children { childCount[number] = Int64(list.count) }
    var counter: Int64 = 1
    for root in roots { walk(root, up: -1, children, &counter) }
  }

  /// Of two spans that share an ID, one is the client's half and one the server's.
  private static func parent(of span: StoredSpan, among found: [Int], _ spans: [StoredSpan]) -> Int?
  {
    if found.count < 2 { return found.first }
    let (server, client): (Int64, Int64) = (2, 3)
    let wanted = span.kind == server ? client : server
    return found.first { spans[$0].kind == wanted }
  }

  private mutating func walk(
    _ span: Int, up number: Int64, _ children: [Int: [Int]], _ counter: inout Int64
  ) {
    up[span] = number
    left[span] = counter
    counter += 1
    for child in children[span] ?? [] { walk(child, up: left[span], children, &counter) }
    right[span] = counter
    counter += 1
  }
}

// MARK: Relations

extension Tree {
  func isChild(_ span: Int, of other: Int) -> Bool { left[other] > 0 && up[span] == left[other] }

  func isDescendant(_ span: Int, of other: Int) -> Bool {
    left[other] > 0 && left[span] > left[other] && right[span] < right[other]
  }

  func areSiblings(_ span: Int, _ other: Int) -> Bool {
    span != other && up[span] != 0 && up[span] == up[other]
  }
}
