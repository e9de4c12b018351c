/// A check file cut into directives: a keyword, and the text that belongs to it, which goes on over
/// all following lines that are indented deeper.
struct CheckLines {
  struct Directive {
    var keyword: String
    /// In bytes of the file.
    var keywordRange: Range<Int>
    /// From the first byte behind the keyword to the last one of the text; empty if there is none.
    var textRange: Range<Int>
    var line: Int
  }

  /// The file with every comment made blank, byte for byte, so that places stay.
  let bytes: [UInt8]
  let directives: [Directive]

  private struct Line {
    var number: Int
    var range: Range<Int>
    var indent: Int

    var isBlank: Bool { range.isEmpty }
  }

  init(_ text: String) throws(CheckFault) {
    var bytes = Array(text.utf8)
    // What some editors put before a text.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      for index in 0..<3 { bytes[index] = UInt8(ascii: " ") }
    }
    let lines = try Self.lines(&bytes)
    var directives: [Directive] = []
    var indent = 0
    for line in lines where !line.isBlank {
      // A check's name is one line; what follows it belongs to it in another way.
      if let last = directives.indices.last, directives[last].keyword != "check",
        line.indent > indent
      {
        let start =
          directives[last].textRange.isEmpty
          ? directives[last].keywordRange.upperBound : directives[last].textRange.lowerBound
        directives[last].textRange = start..<line.range.upperBound
        continue
      }
      indent = line.indent
      let content = bytes[line.range]
      let wordEnd = content.firstIndex { !Self.isWord($0) } ?? content.endIndex
      let textStart =
        content[wordEnd...].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? content.endIndex
      directives.append(
        Directive(
          keyword: String(decoding: content[..<wordEnd], as: UTF8.self),
          keywordRange: line.range.lowerBound..<wordEnd,
          textRange: textStart..<line.range.upperBound, line: line.number))
    }
    self.bytes = bytes
    self.directives = directives
  }

  /// Lines without the blanks at their ends; comments are blank.
  private static func lines(_ bytes: inout [UInt8]) throws(CheckFault) -> [Line] {
    var lines: [Line] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      var first = start
      while first < end, bytes[first] == 0x20 || bytes[first] == 0x09 || bytes[first] == 0x0D {
        first += 1
      }
      if first < end, bytes[first] == UInt8(ascii: "#") {
        for index in first..<end { bytes[index] = 0x20 }
        first = end
      }
      var last = end
      while last > first, [0x20, 0x09, 0x0D].contains(bytes[last - 1]) { last -= 1 }
      if first < last, bytes[start..<first].contains(0x09), bytes[start..<first].contains(0x20) {
        throw CheckFault(
          "blanks and tabs are mixed before the text of this line", at: start..<first)
      }
      lines.append(Line(number: lines.count + 1, range: first..<last, indent: first - start))
      start = end + 1
    }
    return lines
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte != 0x20 && byte != 0x09
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The line a byte stands in, from 1.
  func line(of offset: Int) -> Int { bytes[..<offset].count { $0 == 0x0A } + 1 }
}
