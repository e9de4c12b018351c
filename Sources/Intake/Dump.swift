import Compression
package import Spans

/// Reads a file of spans, whatever its format, piece by piece into columns.
///
///     let dump = try Dump(bytes)
///     for piece in dump.pieces { try dump.decode(piece, into: &table) }
package struct Dump: Sendable {
  package let format: DumpFormat
  /// The decompressed file.
  package let bytes: [UInt8]
  /// What is decoded at a time: a message, a line, or all of it; in order.
  package let pieces: [Range<Int>]

  /// Bytes a file may decompress to.
  private static let bytesMax = 16 << 30
  /// Bytes of one piece: its texts have to fit a table.
  private static let pieceBytesMax = 1 << 30

  /// Recognises a file, compressed or not, by its content.
  package init(_ bytes: [UInt8]) throws(IntakeError) {
    let plain = try Self.decompressed(bytes)
    guard let format = DumpFormat(recognising: plain) else {
      throw .unknownFormat(
        "not a file of spans: neither OTLP (protobuf or JSON), nor Zipkin or Jaeger JSON")
    }
    guard let pieces = format.messages(plain) else {
      throw .malformed(offset: plain.count, "the last message is cut off")
    }
    if let large = pieces.first(where: { $0.count > Self.pieceBytesMax }) {
      throw .malformed(
        offset: large.lowerBound,
        "\(large.count) bytes in one piece are more than the \(Self.pieceBytesMax) allowed")
    }
    self.format = format
    self.bytes = plain
    self.pieces = pieces
  }

  /// Appends the spans of one piece, all of them or, if it throws, none.
  package func decode(_ piece: Range<Int>, into table: inout SpanTable) throws(IntakeError) {
    do throws(IntakeError) {
      switch format {
      case .otlpProtobuf, .otlpVarintDelimited, .otlpBigEndianDelimited:
        try decodeProtobuf(piece, into: &table)
      case .otlpJSON: try OTLPJSONDecoder.decode(Array(bytes[piece]), into: &table)
      case .zipkinJSON: try ZipkinDecoder.decode(bytes, into: &table)
      case .jaegerJSON: try JaegerJSONDecoder.decode(bytes, into: &table)
      }
    } catch {
      throw error.moved(by: piece.lowerBound)
    }
  }

  private func decodeProtobuf(
    _ piece: Range<Int>, into table: inout SpanTable
  ) throws(IntakeError) {
    var failure: IntakeError?
    bytes.withUnsafeBytes { bytes in
      do throws(IntakeError) {
        var decoder = OTLPDecoder()
        _ = try decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[piece]), into: &table)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  // MARK: Compression

  private static func decompressed(_ bytes: [UInt8]) throws(IntakeError) -> [UInt8] {
    if let format = StreamFormat(announcedBy: bytes) {
      do throws(CompressionError) {
        return try StreamDecoder.decode(bytes, format, bytesMax: bytesMax)
      } catch {
        throw .malformed(offset: nil, "\(format.rawValue): \(error.message)")
      }
    }
    if let messages = compressedMessages(bytes) { return try decompress(messages, of: bytes) }
    return bytes
  }

  /// `[length][zstd frame]` again and again: how the Collector compressed its files.
  private static func compressedMessages(_ bytes: [UInt8]) -> [Range<Int>]? {
    guard bytes.dropFirst(4).starts(with: [0x28, 0xB5, 0x2F, 0xFD]) else { return nil }
    return DumpFormat.otlpBigEndianDelimited.messages(bytes)
  }

  /// The messages behind each other again, as the file would be without compression.
  private static func decompress(
    _ messages: [Range<Int>], of bytes: [UInt8]
  ) throws(IntakeError) -> [UInt8] {
    var plain: [UInt8] = []
    for range in messages {
      let message: [UInt8]
      do throws(CompressionError) {
        message = try StreamDecoder.decode(
          Array(bytes[range]), .zstd, bytesMax: bytesMax - plain.count)
      } catch {
        throw .malformed(offset: range.lowerBound, "zstd: \(error.message)")
      }
      if message.first == UInt8(ascii: "{") {
        plain += message + [UInt8(ascii: "\n")]
      } else {
        for shift in [24, 16, 8, 0] {
          plain.append(UInt8(truncatingIfNeeded: message.count >> shift))
        }
        plain += message
      }
    }
    return plain
  }
}

extension IntakeError {
  /// The same error, counted from further in front.
  func moved(by distance: Int) -> IntakeError {
    if case .malformed(let offset?, let message) = self {
      return .malformed(offset: offset + distance, message)
    }
    return self
  }
}
