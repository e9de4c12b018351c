import Wire

/// The forms in which files hold spans, told apart by what they hold.
package enum DumpFormat: String, Sendable, CaseIterable {
  /// One OTLP message.
  case otlpProtobuf = "OTLP protobuf"
  /// OTLP messages, each with its length as a varint in front.
  case otlpVarintDelimited = "OTLP protobuf, length-delimited"
  /// OTLP messages, each with its length in four big-endian bytes in front: the Collector's files.
  case otlpBigEndianDelimited = "OTLP protobuf of a Collector file"
  /// One OTLP object, or one on every line.
  case otlpJSON = "OTLP JSON"
  case zipkinJSON = "Zipkin JSON"
  /// What Jaeger's user interface exports.
  case jaegerJSON = "Jaeger JSON"

  /// Recognises a file by its content; nil if it is none of them.
  package init?(recognising bytes: [UInt8]) {
    // A message begins with a line feed, and 91 or 123 bytes of resource spans then look like JSON.
    if let binary = Self.binary(bytes) {
      self = binary
      return
    }
    switch bytes.first(where: { !Self.isSpace($0) }) {
    case UInt8(ascii: "["): self = .zipkinJSON
    case UInt8(ascii: "{"): self = Self.holdsJaegerData(bytes) ? .jaegerJSON : .otlpJSON
    default: return nil
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// Jaeger wraps its traces: `{"data":[{"traceID":…`; OTLP never has that member.
  private static func holdsJaegerData(_ bytes: [UInt8]) -> Bool {
    let head = String(decoding: bytes.prefix(4_096), as: UTF8.self)
    let squeezed = head.filter { !$0.isWhitespace }
    return squeezed.hasPrefix("{\"data\":[") || squeezed.contains("\"processes\":{")
      || squeezed.hasPrefix("{\"traceID\":")
  }

  /// Which way of cutting the bytes into messages comes out even: the strictest one first.
  private static func binary(_ bytes: [UInt8]) -> DumpFormat? {
    let forms: [DumpFormat] = [.otlpBigEndianDelimited, .otlpProtobuf, .otlpVarintDelimited]
    return forms.first { form in
      guard let messages = form.messages(bytes, most: 64) else { return false }
      return !messages.isEmpty && messages.allSatisfy { Self.isRequest(bytes, $0) }
    }
  }

  /// Whether these bytes are fields of number 1 with bytes in them and nothing else.
  static func isRequest(_ bytes: [UInt8]) -> Bool { isRequest(bytes, 0..<bytes.count) }

  private static func isRequest(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var scanner = ProtobufScanner(UnsafeRawBufferPointer(rebasing: bytes[range]))
      do throws(IntakeError) {
        while !scanner.isAtEnd {
          guard case (1, .bytes) = try scanner.key() else { return false }
          try scanner.skip(.bytes)
        }
        return true
      } catch {
        return false
      }
    }
  }

  /// What is decoded at a time, the first `most` of it: messages of a binary file, lines of JSON.
  /// nil if the lengths of a binary file do not fit it.
  func messages(_ bytes: [UInt8], most: Int = .max) -> [Range<Int>]? {
    switch self {
    case .otlpProtobuf, .zipkinJSON, .jaegerJSON: return [0..<bytes.count]
    case .otlpJSON: return Self.lines(bytes) ?? [0..<bytes.count]
    case .otlpVarintDelimited, .otlpBigEndianDelimited: break
    }
    var ranges: [Range<Int>] = []
    var position = 0
    while position < bytes.count, ranges.count < most {
      guard let (start, count) = length(bytes, at: position), count <= bytes.count - start else {
        return nil
      }
      ranges.append(start..<start + count)
      position = start + count
    }
    return ranges
  }

  /// The lines that hold something; nil if the first one is not a whole object: then the file is
  /// one, written over several lines.
  private static func lines(_ bytes: [UInt8]) -> [Range<Int>]? {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
      .filter { !$0.allSatisfy(isSpace) }
    // Whether it is an object is all that counts here.
    guard let first = lines.first, (try? JSONReader.read(Array(first))) != nil else { return nil }
    return lines.map { $0.startIndex..<$0.endIndex }
  }

  /// The length that stands at a position, and where what it measures starts.
  func length(_ bytes: [UInt8], at position: Int) -> (start: Int, count: Int)? {
    if self == .otlpBigEndianDelimited {
      guard bytes.count - position >= 4 else { return nil }
      let count = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      return (position + 4, count)
    }
    var count = 0
    for (i, byte) in bytes[position...].prefix(5).enumerated() {
      count |= Int(byte & 0x7F) << (7 * i)
      if byte < 0x80 { return (position + i + 1, count) }
    }
    return nil
  }
}
