/// Where the cursor stands among the lines of an input, and the same place a line up or down.
package struct LinePosition {
  /// Byte offset one line up, or nil on the first line.
  package private(set) var above: Int?
  /// Byte offset one line down, or nil on the last line.
  package private(set) var below: Int?

  package init(_ text: String, cursor: Int) {
    let bytes = Array(text.utf8)
    let starts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    let line = (starts.lastIndex { $0 <= cursor }) ?? 0
    func column(_ start: Int, _ end: Int) -> Int {
      String(decoding: bytes[start..<end], as: UTF8.self).count
    }
    func place(on line: Int, at column: Int) -> Int {
      let end = line + 1 < starts.count ? starts[line + 1] - 1 : bytes.count
      let content = String(decoding: bytes[starts[line]..<end], as: UTF8.self)
      return starts[line] + content.prefix(column).utf8.count
    }
    let here = column(starts[line], min(cursor, bytes.count))
    above = line > 0 ? place(on: line - 1, at: here) : nil
    below = line + 1 < starts.count ? place(on: line + 1, at: here) : nil
  }
}
