import Compression
package import Spans

/// Reads a file of spans, whatever its format, into columns.
package struct DumpReader {
  /// Spans refused because of an identifier no span may have.
  package private(set) var refusedSpanCount = 0

  private let bytesMax: Int
  private var decoder = OTLPDecoder()

  /// Files that decompress to more than `bytesMax` bytes are refused.
  package init(bytesMax: Int = 8 << 30) { self.bytesMax = bytesMax }

  /// The format of a file that is compressed or not, and its decompressed bytes.
  package func open(_ bytes: [UInt8]) throws(IntakeError) -> (format: DumpFormat, bytes: [UInt8]) {
    var plain = bytes
    if let codec = StreamDecoder.codec(of: bytes) {
      do throws(CompressionError) {
        plain = try StreamDecoder.decode(bytes, codec, bytesMax: bytesMax)
      } catch {
        throw .malformed(offset: nil, "\(codec.rawValue): \(error.message)")
      }
    } else if let messages = Self.compressedMessages(bytes) {
      plain = try decompress(messages, of: bytes)
    }
    guard let format = DumpFormat(recognising: plain) else {
      throw .unknownFormat(
        "not a file of spans: neither OTLP (protobuf or JSON), nor Zipkin or Jaeger JSON")
    }
    return (format, plain)
  }

  /// Appends what the file holds; `progress` is told how many bytes are done.
  package mutating func read(
    _ bytes: [UInt8], _ format: DumpFormat, into table: inout SpanTable,
    progress: (_ bytesDone: Int) -> Void = { _ in }
  ) throws(IntakeError) {
    switch format {
    case .otlpProtobuf, .otlpVarintDelimited, .otlpBigEndianDelimited:
      guard let messages = format.messages(bytes) else {
        throw .malformed(offset: nil, "a message is cut off at the end of the file")
      }
      for message in messages {
        try decode(message, of: bytes, &table)
        progress(message.upperBound)
      }
    case .otlpJSON: try OTLPJSONDecoder.decodeLines(bytes, into: &table, progress: progress)
    case .zipkinJSON: try ZipkinDecoder.decode(bytes, into: &table)
    case .jaegerJSON: try JaegerJSONDecoder.decode(bytes, into: &table)
    }
  }

  private mutating func decode(
    _ message: Range<Int>, of bytes: [UInt8], _ table: inout SpanTable
  ) throws(IntakeError) {
    var failure: IntakeError?
    bytes.withUnsafeBytes { bytes in
      do throws(IntakeError) {
        _ = try decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[message]), into: &table)
      } catch {
        failure = error.moved(by: message.lowerBound)
      }
    }
    if let failure { throw failure }
  }

  // MARK: Messages that are compressed one by one

  /// `[length][zstd frame]` again and again: how the Collector compressed its files.
  private static func compressedMessages(_ bytes: [UInt8]) -> [Range<Int>]? {
    guard bytes.dropFirst(4).starts(with: [0x28, 0xB5, 0x2F, 0xFD]) else { return nil }
    return DumpFormat.otlpBigEndianDelimited.messages(bytes)
  }

  /// The messages behind each other again, as the file would be without compression.
  private func decompress(
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
        for shift in [24, 16, 8, 0] { plain.append(UInt8(truncatingIfNeeded: message.count >> shift)) }
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
