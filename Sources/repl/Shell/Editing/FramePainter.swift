/// Turns one picture of the input into the next with few bytes: what to write to the terminal.
package struct FramePainter {
  private var shown: EditorFrame?

  package init() {}

  /// Bytes that make the terminal show `frame` where the previous one was.
  package mutating func paint(_ frame: EditorFrame) -> String {
    guard let before = shown else {
      shown = frame
      return "\r\u{1B}[J" + frame.rows.map(\.text).joined(separator: "\r\n")
        + Self.move(from: frame.rows.count - 1, to: frame.cursorRow, frame.cursorColumn)
    }
    shown = frame
    guard frame != before else { return "" }
    var output = "\u{1B}[?25l"
    var row = before.cursorRow
    let common = min(frame.rows.count, before.rows.count)
    for index in 0..<common where frame.rows[index] != before.rows[index] {
      // Cleared first: behind a full row the cursor still stands on its last column.
      output += Self.move(from: row, to: index, 0) + "\u{1B}[K" + frame.rows[index].text
      row = index
    }
    if frame.rows.count > common {
      // A line feed makes room where there is none.
      output += Self.move(from: row, to: common - 1, 0)
      output += frame.rows[common...].map { "\r\n\u{1B}[K" + $0.text }.joined()
      row = frame.rows.count - 1
    } else if before.rows.count > common {
      output += Self.move(from: row, to: common, 0) + "\u{1B}[J"
      row = common
    }
    output += Self.move(from: row, to: frame.cursorRow, frame.cursorColumn)
    return output + "\u{1B}[?25h"
  }

  /// Leaves the last picture where it is, the cursor below it.
  package mutating func leave() -> String {
    guard let frame = shown else { return "" }
    shown = nil
    return Self.move(from: frame.cursorRow, to: frame.rows.count - 1, 0) + "\r\n"
  }

  /// Clears the screen; the next picture starts at the top.
  package mutating func clearScreen() -> String {
    shown = nil
    return "\u{1B}[H\u{1B}[2J"
  }

  /// Forgets the picture after the terminal changed its width; the next one is drawn afresh. The
  /// terminal has broken rows that became too long.
  package mutating func resize(to width: Int) -> String {
    guard let frame = shown else { return "" }
    shown = nil
    let above = frame.rows[..<frame.cursorRow].reduce(0) {
      $0 + max(1, ($1.width + width - 1) / max(1, width))
    }
    return Self.up(above) + "\r\u{1B}[J"
  }

  private static func up(_ count: Int) -> String { count > 0 ? "\u{1B}[\(count)A" : "" }

  private static func move(from: Int, to: Int, _ column: Int) -> String {
    let vertical = to < from ? up(from - to) : to > from ? "\u{1B}[\(to - from)B" : ""
    return vertical + "\r" + (column > 0 ? "\u{1B}[\(column)C" : "")
  }
}
