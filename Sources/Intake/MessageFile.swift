import Compression
package import Spans

/// A file of OTLP messages, each with its length in front, that stays where it is: a message is
/// read when its turn comes, and memory does not grow with the file.
package struct MessageFile: Sendable {
  package typealias Read = @Sendable (Range<Int>) throws(IntakeError) -> [UInt8]

  package let byteCount: Int
  /// Where the messages are, in order.
  package let pieces: [Range<Int>]
  private let read: Read

  /// nil for anything else, compressed files, single messages and JSON among it: `Dump` takes these
  /// as a whole, and says what is wrong with what is none of them.
  package init?(byteCount: Int, read: @escaping Read) throws(IntakeError) {
    self.byteCount = byteCount
    self.read = read
    let walk = MessageWalk(byteCount: byteCount, read: read)
    guard try walk.isBinary else { return nil }
    var found = try walk.messages(.otlpBigEndianDelimited)
    if found == nil, try !walk.isOneMessage { found = try walk.messages(.otlpVarintDelimited) }
    guard let found else { return nil }
    pieces = found
  }

  /// Appends the spans of one piece, all of them or, if it throws, none.
  package func decode(_ piece: Range<Int>, into table: inout SpanTable) throws(IntakeError) {
    let bytes = try read(piece)
    do throws(IntakeError) {
      var decoder = OTLPDecoder()
      _ = try decoder.decode(bytes, into: &table)
    } catch {
      throw error.moved(by: piece.lowerBound)
    }
  }
}

/// Goes from message to message of a file, and reads lengths only.
private struct MessageWalk {
  let byteCount: Int
  let read: MessageFile.Read

  /// Messages that are looked into before a form is believed, as of files in memory.
  private static let samples = 64
  /// Bytes of the longest length.
  private static let lengthBytes = 10
  /// More messages than that are a mistake.
  private static let messagesMax = 1 << 26

  private func bytes(at position: Int, atMost count: Int) throws(IntakeError) -> [UInt8] {
    try read(position..<min(byteCount, position + count))
  }

  /// Neither compressed nor JSON, by the first bytes.
  var isBinary: Bool {
    get throws(IntakeError) {
      let head = try bytes(at: 0, atMost: 64)
      guard !head.isEmpty, StreamFormat(announcedBy: head) == nil,
        StreamFormat(announcedBy: head.dropFirst(4)) == nil
      else { return false }
      let first = head.first { !DumpFormat.isSpace($0) }
      return first != UInt8(ascii: "[") && first != UInt8(ascii: "{")
    }
  }

  /// The messages of a form that comes out even; nil if it does not.
  func messages(_ form: DumpFormat) throws(IntakeError) -> [Range<Int>]? {
    var pieces: [Range<Int>] = []
    var position = 0
    while position < byteCount {
      let head = try bytes(at: position, atMost: Self.lengthBytes)
      guard let (start, count) = form.length(head, at: 0), pieces.count < Self.messagesMax,
        count <= byteCount - position - start
      else { return nil }
      let piece = position + start..<position + start + count
      if pieces.count < Self.samples, try !DumpFormat.isRequest(read(piece)) { return nil }
      pieces.append(piece)
      position = piece.upperBound
    }
    return pieces
  }

  /// Whether all of the file is one message: fields of number 1 with bytes in them.
  var isOneMessage: Bool {
    get throws(IntakeError) {
      let field: UInt8 = 0x0A
      var position = 0
      while position < byteCount {
        let head = try bytes(at: position, atMost: Self.lengthBytes)
        guard head.first == field,
          let (start, count) = DumpFormat.otlpVarintDelimited.length(head, at: 1),
          count <= byteCount - position - start
        else { return false }
        position += start + count
      }
      return true
    }
  }
}
