/// Picks trace IDs out of lines of text: logs, headers, JSON.
///
/// 32 hexadecimal digits are taken wherever they stand alone; fewer (16 to 31, their leading zeros
/// left out, or the 64-bit IDs of Zipkin) only behind a name that says what they are.
package enum TraceIDFinder {
  /// The IDs of a line in order, lower case, 32 digits each; none twice.
  package static func find(in line: String) -> [String] {
    let bytes = Array(line.utf8)
    var found: [String] = []
    var position = 0
    while position < bytes.count {
      guard bytes[position].isHexDigit else {
        position += 1
        continue
      }
      let start = position
      while position < bytes.count, bytes[position].isHexDigit { position += 1 }
      guard let (digits, end) = traceID(bytes, start, position) else { continue }
      position = max(position, end)
      let text = String(decoding: digits, as: UTF8.self).lowercased()
      let padded = String(repeating: "0", count: 32 - digits.count) + text
      if padded.contains(where: { $0 != "0" }), !found.contains(padded) { found.append(padded) }
    }
    return found
  }

  /// The digits of the ID that begins with a run of digits, and where it ends.
  private static func traceID(
    _ bytes: [UInt8], _ start: Int, _ end: Int
  ) -> (digits: [UInt8], end: Int)? {
    if start > 0, bytes[start - 1].isWordByte { return nil }
    if let whole = groups([8, 4, 4, 4, 12], bytes, start), isNamedTraceID(bytes, before: start) {
      return (whole, start + 36)
    }
    // AWS X-Ray: 1-<8 digits>-<24 digits>.
    if end - start == 8, start >= 2, bytes[start - 1] == UInt8(ascii: "-"),
      bytes[start - 2] == UInt8(ascii: "1"), start < 3 || !bytes[start - 3].isWordByte,
      let whole = groups([8, 24], bytes, start)
    {
      return (whole, start + 33)
    }
    if end < bytes.count, bytes[end].isWordByte { return nil }
    let digits = Array(bytes[start..<end])
    switch digits.count {
    case 32: return (digits, end)
    case 16...31: return isNamedTraceID(bytes, before: start) ? (digits, end) : nil
    default: return nil
    }
  }

  /// Runs of so many digits with dashes between them, joined.
  private static func groups(_ lengths: [Int], _ bytes: [UInt8], _ start: Int) -> [UInt8]? {
    var digits: [UInt8] = []
    var position = start
    for (index, length) in lengths.enumerated() {
      if index > 0 {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "-") else { return nil }
        position += 1
      }
      guard position + length <= bytes.count,
        bytes[position..<position + length].allSatisfy(\.isHexDigit)
      else { return nil }
      digits += bytes[position..<position + length]
      position += length
    }
    return position < bytes.count && bytes[position].isWordByte ? nil : digits
  }

  /// Whether the word before a value names it a trace ID: `traceID=`, `"trace_id": "`, `b3: `.
  private static func isNamedTraceID(_ bytes: [UInt8], before start: Int) -> Bool {
    let quotes: Set<UInt8> = [
      UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: " "),
      UInt8(ascii: "\t"), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: ">"),
      UInt8(ascii: "["),
    ]
    var end = start
    while end > 0, quotes.contains(bytes[end - 1]) { end -= 1 }
    guard end < start else { return false }
    var begin = end
    while begin > 0, bytes[begin - 1].isNameByte { begin -= 1 }
    let letters = bytes[begin..<end].filter(\.isWordByte).filter { $0 != UInt8(ascii: "_") }
    let name = String(decoding: letters, as: UTF8.self).lowercased()
    return name.hasSuffix("traceid") || name == "trace" || name == "b3"
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  /// Letters, digits, `_`, and whatever is not ASCII.
  fileprivate var isWordByte: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  /// What names of fields are made of.
  fileprivate var isNameByte: Bool {
    isWordByte || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
  }
}
