/// The picture of the input: rows of a terminal, and where the cursor stands. Pure layout.
package struct EditorFrame: Sendable, Equatable {
  /// A row with its colours, and the columns it takes.
  package struct Row: Sendable, Equatable {
    package var text: String
    package var width: Int

    package init(text: String = "", width: Int = 0) {
      self.text = text
      self.width = width
    }
  }

  package var rows: [Row]
  package var cursorRow: Int
  package var cursorColumn: Int

  /// What is drawn.
  package struct Content: Sendable {
    package var prompt: String
    /// Before every further line; as wide as the prompt.
    package var continuation: String
    package var text: String
    package var spans: [HighlightSpan]
    /// A byte offset.
    package var cursor: Int
    /// Rows below the input, fitted to the width already.
    package var below: [Row]
    package var style: TextStyle

    package init(
      prompt: String, continuation: String, text: String, spans: [HighlightSpan], cursor: Int,
      below: [Row] = [], style: TextStyle
    ) {
      self.prompt = prompt
      self.continuation = continuation
      self.text = text
      self.spans = spans
      self.cursor = cursor
      self.below = below
      self.style = style
    }
  }

  /// Lays `content` out in `width` columns and at most `height` rows around the cursor.
  package init(_ content: Content, width: Int, height: Int) {
    var layout = Layout(content, width: max(8, width))
    layout.run()
    rows = layout.rows
    (cursorRow, cursorColumn) = layout.cursor
    let inputRows = min(rows.count, max(1, height))
    if rows.count > inputRows {
      // Longer than the screen: the part with the cursor.
      let first = min(max(0, cursorRow - inputRows / 2), rows.count - inputRows)
      rows = Array(rows[first..<first + inputRows])
      cursorRow -= first
    }
    rows += content.below.prefix(max(0, height - rows.count))
  }
}

private struct Layout {
  let content: EditorFrame.Content
  let width: Int
  var rows: [EditorFrame.Row] = []
  var cursor = (0, 0)
  private var row = EditorFrame.Row()
  private var rendition = ""

  init(_ content: EditorFrame.Content, width: Int) {
    self.content = content
    self.width = width
  }

  mutating func run() {
    place(content.prompt, rendition: content.style == .colour ? "1;32" : "")
    var offset = 0
    var span = content.spans[...]
    for character in content.text {
      if offset == content.cursor { cursor = (rows.count, row.width) }
      while let first = span.first, first.range.upperBound <= offset { span.removeFirst() }
      let role = span.first.flatMap { $0.range.contains(offset) ? $0.role : nil }
      if character == "\n" {
        endRow()
        place(content.continuation, rendition: content.style == .colour ? "2" : "")
      } else {
        place(character, role)
      }
      offset += character.utf8.count
      // A cursor inside a character stands on it.
      if content.cursor < offset, content.cursor > offset - character.utf8.count {
        cursor = (rows.count, max(0, row.width - 1))
      }
    }
    if content.cursor >= offset {
      if row.width >= width { endRow() }
      cursor = (rows.count, row.width)
    }
    endRow()
  }

  private mutating func place(_ text: String, rendition: String) {
    for character in text { put(String(character), DisplayWidth.of(character), rendition) }
  }

  private mutating func place(_ character: Character, _ role: HighlightRole?) {
    let shown = character == "\t" ? "  " : PrintableText.escaped(String(character))
    let rendition = content.style == .colour ? role?.rendition ?? "" : ""
    put(shown, DisplayWidth.of(shown), rendition)
  }

  private mutating func put(_ text: String, _ columns: Int, _ wanted: String) {
    if row.width + columns > width { endRow() }
    if rendition != wanted {
      if !rendition.isEmpty { row.text += "\u{1B}[0m" }
      if !wanted.isEmpty { row.text += "\u{1B}[\(wanted)m" }
      rendition = wanted
    }
    row.text += text
    row.width += columns
  }

  private mutating func endRow() {
    if !rendition.isEmpty { row.text += "\u{1B}[0m" }
    rendition = ""
    rows.append(row)
    row = EditorFrame.Row()
  }
}
