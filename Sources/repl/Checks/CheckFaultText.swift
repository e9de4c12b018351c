/// What is wrong with a check file, as a compiler would say it.
package enum CheckFaultText {
  /// `path:line:column: error: sentence`, the line, and the place underlined.
  package static func text(
    _ fault: CheckFault, path: String, source: String, style: TextStyle
  ) -> String {
    let bytes = Array(source.utf8)
    let start = min(fault.range.lowerBound, bytes.count)
    let lineStart = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineEnd = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
    let end = min(max(fault.range.upperBound, start), lineEnd)
    func text(_ range: Range<Int>) -> String {
      PrintableText.escaped(
        String(decoding: bytes[range].filter { $0 != 0x0D }, as: UTF8.self)
          .split(separator: "\t", omittingEmptySubsequences: false).joined(separator: " "))
    }
    let line = bytes[..<lineStart].count { $0 == 0x0A } + 1
    let before = text(lineStart..<start)
    let column = before.count + 1
    let place = "\(PrintableText.escaped(path)):\(line):\(column): "
    let gutter = "\(line) | "
    let indent = DisplayWidth.blanks(gutter.count + DisplayWidth.of(before))
    let length = max(1, DisplayWidth.of(text(start..<end)))
    let mark = "^" + String(repeating: "~", count: length - 1)
    return style.apply(.bold, to: place) + style.apply(.red, to: "error:") + " "
      + PrintableText.escaped(fault.message) + "\n" + gutter + text(lineStart..<lineEnd) + "\n"
      + indent + style.apply(.red, to: mark) + "\n"
  }
}
