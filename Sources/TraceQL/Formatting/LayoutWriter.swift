/// Writes nodes into lines of limited width.
struct LayoutWriter {
  /// Columns of one level of indentation.
  static let step = 2

  private let width: Int
  private var lines: [String] = []
  private var line = ""
  private var previous: Lexeme?
  /// A comment ended the line: whatever comes next starts another.
  private var mustBreak = false

  init(width: Int) { self.width = width }

  /// The text, with comments that stood behind the query.
  mutating func finish(_ footer: [Comment]) -> String {
    endLine()
    for comment in footer {
      if comment.followsGap, !lines.isEmpty { lines.append("") }
      lines.append(comment.text)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Nodes

  /// Writes what stands at one level of brackets. Lines after the first are indented `hang` more.
  mutating func write(_ nodes: [LayoutNode], indent: Int, hang: Int) {
    guard !nodes.isEmpty else { return }
    if let text = Self.flat(nodes), fits(text, before: nodes[0].first, indent: indent) {
      return writeFlat(nodes, indent: indent)
    }
    let further = indent + hang
    if nodes.contains(where: \.isComma) {
      for (index, part) in Self.parts(of: nodes, cutBehind: \.isComma).enumerated() {
        if index > 0 { endLine() }
        write(part.filter { !$0.isComma }, indent: index > 0 ? further : indent, hang: 0)
        for node in part where node.isComma { emit(node.first, indent: further) }
      }
      return
    }
    guard let loosest = nodes.compactMap(\.looseness).max() else {
      return writeOneByOne(nodes, indent: indent)
    }
    let parts = Self.parts(of: nodes, cutBefore: { $0.looseness == loosest })
    for (index, part) in parts.enumerated() {
      guard index > 0 else {
        write(part, indent: indent, hang: hang)
        continue
      }
      endLine()
      emit(part[0].first, indent: further)
      write(Array(part.dropFirst()), indent: further, hang: Self.step)
    }
  }

  /// No operator to break at: a call, brackets, a name.
  private mutating func writeOneByOne(_ nodes: [LayoutNode], indent: Int) {
    for node in nodes {
      guard case .group(let open, let inner, let close) = node else {
        emit(node.first, indent: indent)
        continue
      }
      if let text = Self.flat([node]), fits(text, before: open, indent: indent) {
        writeFlat([node], indent: indent)
        continue
      }
      emit(open, indent: indent)
      if !inner.isEmpty {
        endLine()
        write(inner, indent: indent + Self.step, hang: 0)
        endLine()
      }
      emit(close, indent: indent)
    }
  }

  private mutating func writeFlat(_ nodes: [LayoutNode], indent: Int) {
    for node in nodes {
      switch node {
      case .leaf(let lexeme): emit(lexeme, indent: indent)
      case .group(let open, let inner, let close):
        emit(open, indent: indent)
        writeFlat(inner, indent: indent)
        emit(close, indent: indent)
      }
    }
  }

  /// The nodes cut before each one that `isStart`.
  private static func parts(
    of nodes: [LayoutNode], cutBefore isStart: (LayoutNode) -> Bool
  ) -> [[LayoutNode]] {
    var parts: [[LayoutNode]] = [[]]
    for node in nodes {
      if isStart(node) { parts.append([]) }
      parts[parts.count - 1].append(node)
    }
    return parts
  }

  /// The nodes cut behind each one that `isEnd`.
  private static func parts(
    of nodes: [LayoutNode], cutBehind isEnd: (LayoutNode) -> Bool
  ) -> [[LayoutNode]] {
    var parts: [[LayoutNode]] = [[]]
    for node in nodes {
      parts[parts.count - 1].append(node)
      if isEnd(node) { parts.append([]) }
    }
    return parts
  }

  // MARK: Widths

  private func fits(_ text: String, before first: Lexeme, indent: Int) -> Bool {
    let isNewLine = line.isEmpty || mustBreak || !first.leading.isEmpty
    let column = isNewLine ? indent : line.count + 1
    return column + text.count <= width
  }

  /// The nodes on one line; nil where a comment between them forbids it.
  private static func flat(_ nodes: [LayoutNode]) -> String? {
    var text = ""
    var previous: Lexeme?
    guard add(nodes, to: &text, &previous) else { return nil }
    return text
  }

  private static func add(
    _ nodes: [LayoutNode], to text: inout String, _ previous: inout Lexeme?
  ) -> Bool {
    for node in nodes {
      switch node {
      case .leaf(let lexeme): guard add(lexeme, to: &text, &previous) else { return false }
      case .group(let open, let inner, let close):
        guard add(open, to: &text, &previous), add(inner, to: &text, &previous),
          add(close, to: &text, &previous)
        else { return false }
      }
    }
    return true
  }

  private static func add(
    _ lexeme: Lexeme, to text: inout String, _ previous: inout Lexeme?
  ) -> Bool {
    if let left = previous {
      guard lexeme.leading.isEmpty, !left.trailing.contains(where: \.endsLine) else { return false }
      for comment in left.trailing { text += " " + comment.text }
      if Lexeme.hasBlank(between: left, and: lexeme) || !left.trailing.isEmpty { text += " " }
    }
    text += lexeme.text
    previous = lexeme
    return true
  }

  // MARK: Lines

  private mutating func emit(_ lexeme: Lexeme, indent: Int) {
    let isFirst = previous == nil
    if mustBreak { endLine() }
    for comment in lexeme.leading {
      endLine()
      if isFirst, comment.followsGap, !lines.isEmpty { lines.append("") }
      lines.append(String(repeating: " ", count: indent) + comment.text)
    }
    if isFirst, lexeme.followsGap, !lexeme.leading.isEmpty { lines.append("") }
    if line.isEmpty {
      line = String(repeating: " ", count: indent)
    } else if let previous,
      !previous.trailing.isEmpty
        || Lexeme.hasBlank(between: previous, and: lexeme)
    {
      line += " "
    }
    line += lexeme.text
    for comment in lexeme.trailing {
      line += " " + comment.text
      if comment.endsLine { mustBreak = true }
    }
    previous = lexeme
  }

  private mutating func endLine() {
    mustBreak = false
    guard !line.isEmpty else { return }
    lines.append(line)
    line = ""
  }
}
