import CKernels

/// DELTA_BINARY_PACKED: blocks of differences, each mini-block with its own bit width.
package struct DeltaDecoder {
  /// How sums wrap and widen to 64 bits.
  package enum Arithmetic { case bits64, signed32, unsigned32 }

  private let bytes: PaddedBytes
  private var position = 0

  private init(_ bytes: PaddedBytes) { self.bytes = bytes }

  /// Decodes the first `wanted` of exactly `count` values (nil: all); returns the number of bytes
  /// that took.
  package static func decode(
    _ bytes: PaddedBytes, count: Int, upTo wanted: Int? = nil, arithmetic: Arithmetic,
    into output: UnsafeMutablePointer<Int64>
  ) throws(DecodingFailure) -> Int {
    let wanted = min(wanted ?? count, count)
    var decoder = DeltaDecoder(bytes)
    try decoder.decode(wanted, of: count, into: output)
    switch arithmetic {
    case .bits64: break
    case .signed32:
      for i in 0..<wanted { output[i] = Int64(Int32(truncatingIfNeeded: output[i])) }
    case .unsigned32:
      for i in 0..<wanted { output[i] = Int64(UInt32(truncatingIfNeeded: output[i])) }
    }
    return decoder.position
  }

  private mutating func varint() throws(DecodingFailure) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 64 {
      guard position < bytes.count else { throw .truncated }
      let byte = bytes.base.load(fromByteOffset: position, as: UInt8.self)
      position &+= 1
      result |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return result }
      shift &+= 7
    }
    throw .malformed("a number of more than ten bytes")
  }

  private mutating func zigZag() throws(DecodingFailure) -> Int64 {
    let raw = try varint()
    return Int64(bitPattern: raw &>> 1) ^ -Int64(bitPattern: raw & 1)
  }

  private mutating func decode(
    _ wanted: Int, of count: Int, into output: UnsafeMutablePointer<Int64>
  ) throws(DecodingFailure) {
    let blockValues = try varint()
    let miniBlocks = try varint()
    let total = try varint()
    let first = try zigZag()
    guard total == UInt64(count) else {
      throw .malformed("\(total) values where \(count) were promised")
    }
    guard blockValues > 0, blockValues <= 1 << 20, miniBlocks > 0, miniBlocks <= 1 << 12,
      blockValues % miniBlocks == 0, (blockValues / miniBlocks) % 8 == 0
    else { throw .malformed("blocks of \(blockValues) values in \(miniBlocks) mini-blocks") }
    guard wanted > 0 else { return }
    output[0] = first
    var done = 1
    while done < wanted {
      let minimum = try zigZag()
      let widths = position
      guard Int(miniBlocks) <= bytes.count - position else { throw .truncated }
      position += Int(miniBlocks)
      for i in 0..<Int(miniBlocks) where done < wanted {
        // Widths of mini-blocks without values mean nothing, and those mini-blocks are not there.
        let width = Int(bytes.base.load(fromByteOffset: widths + i, as: UInt8.self))
        let values = Int(blockValues / miniBlocks)
        try miniBlock(
          width: width, values: values, wanted: min(values, wanted - done), minimum: minimum,
          into: output + done)
        done += min(values, wanted - done)
      }
    }
  }

  /// `output[-1]` holds the value before the first of this mini-block.
  private mutating func miniBlock(
    width: Int, values: Int, wanted: Int, minimum: Int64, into output: UnsafeMutablePointer<Int64>
  ) throws(DecodingFailure) {
    var previous = output[-1]
    if width == 0 {
      if minimum == 0 {
        output.update(repeating: previous, count: wanted)
      } else {
        for i in 0..<wanted {
          previous &+= minimum
          output[i] = previous
        }
      }
      return
    }
    guard width <= 64 else { throw .malformed("differences of \(width) bits") }
    let left = bytes.count - position
    guard BitUnpacking.byteCount(wanted, width: width) <= left else { throw .truncated }
    if width <= Int(kernels_delta_width_max) {
      _ = kernels_delta(
        (bytes.base + position).assumingMemoryBound(to: UInt8.self), UInt32(width), wanted,
        minimum, previous, output)
      position += min(BitUnpacking.byteCount(values, width: width), left)
      return
    }
    UnsafeMutableRawPointer(output).withMemoryRebound(to: UInt64.self, capacity: wanted) {
      BitUnpacking.longWords(
        from: bytes.base + position, width: width, count: wanted, into: $0)
    }
    for i in 0..<wanted {
      previous &+= minimum &+ output[i]
      output[i] = previous
    }
    position += min(BitUnpacking.byteCount(values, width: width), left)
  }
}
