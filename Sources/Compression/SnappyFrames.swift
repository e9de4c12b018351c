/// The framing format of Snappy: chunks of at most 64 KiB, each behind its kind, length and
/// checksum (google/snappy, framing_format.txt).
enum SnappyFrames {
  /// The first chunk of a stream; streams may stand behind each other.
  static let identifier: [UInt8] = [0xFF, 0x06, 0x00, 0x00] + Array("sNaPpY".utf8)

  /// What the first byte of a chunk says of it.
  private enum Kind {
    case compressed, plain, identifier, skipped

    init?(_ byte: UInt8) {
      switch byte {
      case 0x00: self = .compressed
      case 0x01: self = .plain
      case 0xFF: self = .identifier
      case 0x80...0xFE: self = .skipped
      default: return nil
      }
    }
  }

  private static let headBytes = 4
  private static let sumBytes = 4
  private static let chunkBytesMax = 1 << 16

  static func decode(_ input: [UInt8], bytesMax: Int) throws(CompressionError) -> [UInt8] {
    guard input.starts(with: identifier) else {
      throw CompressionError(.snappy, "the stream does not begin with its identifier")
    }
    var output: [UInt8] = []
    var position = 0
    while position < input.count {
      guard input.count - position >= headBytes else { throw cut }
      guard let kind = Kind(input[position]) else {
        throw CompressionError(.snappy, "a chunk of kind \(input[position]) is not known")
      }
      let count = Int(littleEndian(input[(position + 1)..<(position + headBytes)]))
      position += headBytes
      guard count <= input.count - position else { throw cut }
      let chunk = input[position..<(position + count)]
      position += count
      switch kind {
      case .compressed: try append(chunk, isCompressed: true, to: &output, bytesMax)
      case .plain: try append(chunk, isCompressed: false, to: &output, bytesMax)
      case .identifier:
        guard chunk.elementsEqual(identifier.dropFirst(headBytes)) else {
          throw CompressionError(.snappy, "a stream identifier is not Snappy's")
        }
      case .skipped: break
      }
    }
    return output
  }

  private static func append(
    _ chunk: ArraySlice<UInt8>, isCompressed: Bool, to output: inout [UInt8], _ bytesMax: Int
  ) throws(CompressionError) {
    guard chunk.count >= sumBytes else { throw cut }
    var content = chunk.dropFirst(sumBytes)
    if isCompressed { content = try SnappyBlock.decode(content, bytesMax: chunkBytesMax)[...] }
    guard content.count <= chunkBytesMax else {
      throw CompressionError(.snappy, "a chunk is longer than 64 KiB")
    }
    guard masked(CRC32C.checksum(content)) == littleEndian(chunk.prefix(sumBytes)) else {
      throw CompressionError(.snappy, "the checksum of a chunk is wrong")
    }
    try StreamDecoder.append(content, to: &output, .snappy, bytesMax)
  }

  private static let cut = CompressionError(.snappy, "the data is cut off")

  private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Checksums of data with checksums in it would be weak, so the format turns them and adds.
  private static func masked(_ sum: UInt32) -> UInt32 {
    (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}

/// One block of Snappy, which says in front how long it becomes.
package enum SnappyBlock {
  package static func decode(
    _ input: ArraySlice<UInt8>, bytesMax: Int
  ) throws(CompressionError) -> [UInt8] {
    var count = 0
    for (i, byte) in input.prefix(5).enumerated() {
      count |= Int(byte & 0x7F) << (7 * i)
      if byte < 0x80 { break }
    }
    guard count <= bytesMax else {
      throw CompressionError(
        .snappy, "decodes to more than the \(bytesMax) bytes allowed", exceedsLimit: true)
    }
    return try Codec.snappy.decompress(Array(input), outputBytes: count)
  }
}
