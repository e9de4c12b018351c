/// Draws candidates as rows below the input, in columns where they are many.
package enum CandidateGrid {
  /// At most `rowsMax` rows of `width` columns; `selected` is shown reversed and always visible.
  package static func rows(
    _ list: CompletionList, selected: Int?, width: Int, rowsMax: Int, style: TextStyle
  ) -> [EditorFrame.Row] {
    var rows: [EditorFrame.Row] = []
    let room = max(8, width - 1)
    if !list.heading.isEmpty { rows.append(dimmed(list.heading, room, style)) }
    guard !list.candidates.isEmpty else {
      return rows + [dimmed(list.isPending ? "looking…" : "no completion here", room, style)]
    }
    let cells = list.candidates.map { Cell($0) }
    let labelWidth = min(cells.map(\.labelWidth).max() ?? 0, max(6, room - 4))
    let noteWidth = cells.map(\.noteWidth).max() ?? 0
    let cellWidth = min(room, 2 + labelWidth + (noteWidth > 0 ? 1 + noteWidth : 0))
    let columns = max(1, (room + 2) / (cellWidth + 2))
    let lineCount = (cells.count + columns - 1) / columns
    let shownLines = max(1, min(lineCount, rowsMax - rows.count - (lineCount > rowsMax ? 1 : 0)))
    let first = firstLine(selected: selected, lineCount: lineCount, shown: shownLines)
    for line in first..<first + shownLines {
      var row = EditorFrame.Row()
      for column in 0..<columns {
        let index = column * lineCount + line
        guard index < cells.count else { break }
        if column > 0 {
          row.text += "  "
          row.width += 2
        }
        let text = cells[index].text(width: cellWidth, labelWidth: labelWidth)
        row.width += DisplayWidth.of(text)
        row.text += paint(text, isSelected: index == selected, cells[index], style)
      }
      rows.append(row)
    }
    if shownLines < lineCount {
      let hidden = cells.count - shownLines * columns
      rows.append(dimmed("… \(NumberText.grouped(max(1, hidden))) more", room, style))
    }
    return rows
  }

  private static func firstLine(selected: Int?, lineCount: Int, shown: Int) -> Int {
    guard let selected else { return 0 }
    let line = selected % lineCount
    return min(max(0, line - shown + 1), lineCount - shown)
  }

  private static func dimmed(_ text: String, _ width: Int, _ style: TextStyle) -> EditorFrame.Row {
    let fitted = DisplayWidth.truncated(text, to: width)
    return .init(text: style.apply(.dim, to: fitted), width: DisplayWidth.of(fitted))
  }

  private static func paint(
    _ text: String, isSelected: Bool, _ cell: Cell, _ style: TextStyle
  ) -> String {
    guard isSelected else { return text }
    return style == .colour ? "\u{1B}[7m\(text)\u{1B}[0m" : ">" + text.dropFirst()
  }

  private struct Cell {
    var label: String
    var note: String

    init(_ candidate: Candidate) {
      label = PrintableText.escaped(candidate.label)
      note = candidate.count.map { NumberText.short(Double($0)) } ?? candidate.note
    }

    var labelWidth: Int { DisplayWidth.of(label) }
    var noteWidth: Int { DisplayWidth.of(note) }

    func text(width: Int, labelWidth: Int) -> String {
      let fitted = DisplayWidth.truncated(label, to: labelWidth)
      let left = " " + DisplayWidth.padded(fitted, to: labelWidth)
      let right = DisplayWidth.leftPadded(note, to: max(0, width - DisplayWidth.of(left) - 1))
      return DisplayWidth.padded(DisplayWidth.truncated(left + right, to: width), to: width)
    }
  }
}
