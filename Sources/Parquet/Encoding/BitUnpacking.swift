import CKernels

/// Values of `width` bits each, least significant bit first, packed without gaps.
///
/// Input is read in whole words and may be read up to 15 bytes past the last value
/// (`PaddedBytes` allows it); callers have checked that the values themselves are there.
package enum BitUnpacking {
  /// Bytes that `count` values take.
  static func byteCount(_ count: Int, width: Int) -> Int { (count &* width &+ 7) &>> 3 }

  /// Unpacks values of at most 8 bits to a byte each and returns the largest. Writes up to 7 bytes
  /// more than asked for.
  package static func bytes(
    from input: UnsafeRawPointer, width: Int, count: Int, into output: UnsafeMutablePointer<UInt8>
  ) -> UInt8 {
    if width > 0, kernels_unpack_supported() {
      return kernels_unpack_bytes(
        input.assumingMemoryBound(to: UInt8.self), UInt32(truncatingIfNeeded: width), count,
        output)
    }
    portableBytes(from: input, width: width, count: count, into: output)
    var largest: UInt8 = 0
    for i in 0..<count { largest = max(largest, output[i]) }
    return largest
  }

  /// The same in plain Swift, for every processor; does not look for the largest.
  package static func portableBytes(
    from input: UnsafeRawPointer, width: Int, count: Int, into output: UnsafeMutablePointer<UInt8>
  ) {
    let target = UnsafeMutableRawPointer(output)
    // Eight values are spread over a word by halves: 8 values -> 2 x 4 -> 4 x 2 -> 8 x 1.
    let w = UInt64(width)
    let low4: UInt64 = (1 &<< (4 &* w)) &- 1
    let low2: UInt64 = (1 &<< (2 &* w)) &- 1
    let low1: UInt64 = (1 &<< w) &- 1
    let mask2 = low2 &* 0x1_0000_0001
    let mask1 = low1 &* 0x0001_0001_0001_0001
    let shift2 = 16 &- 2 &* w
    let shift1 = 8 &- w
    var i = 0
    var source = input
    while i < count {
      var word = UInt64(littleEndian: source.loadUnaligned(as: UInt64.self))
      if width < 8 {
        word = (word & low4) | ((word &>> (4 &* w)) & low4) &<< 32
        word = (word & mask2) | (word &<< shift2 & mask2 &<< 16)
        word = (word & mask1) | (word &<< shift1 & mask1 &<< 8)
      }
      target.storeBytes(of: word.littleEndian, toByteOffset: i, as: UInt64.self)
      source += width
      i &+= 8
    }
  }

  /// Unpacks values of at most 32 bits and returns the largest; writes exactly `count`.
  package static func words(
    from input: UnsafeRawPointer, width: Int, count: Int, into output: UnsafeMutablePointer<UInt32>
  ) -> UInt32 {
    var done = 0
    var largest: UInt32 = 0
    if width > 0, kernels_unpack_supported() {
      done = count & ~7
      largest = kernels_unpack_words(
        input.assumingMemoryBound(to: UInt8.self), UInt32(truncatingIfNeeded: width), done,
        output)
    }
    let rest = output + done
    // A multiple of eight values ends at a byte.
    portableWords(
      from: input + done &>> 3 &* width, width: width, count: count &- done, into: rest)
    for i in 0..<(count &- done) { largest = max(largest, rest[i]) }
    return largest
  }

  /// The same in plain Swift, for every processor; does not look for the largest.
  package static func portableWords(
    from input: UnsafeRawPointer, width: Int, count: Int, into output: UnsafeMutablePointer<UInt32>
  ) {
    var source = input
    var target = output
    var left = count
    if width <= 8 {
      while left >= 8 {
        eightNarrow(source, width, target)
        source += width
        target += 8
        left &-= 8
      }
    } else if width <= 16 {
      while left >= 8 {
        eightMedium(source, width, target)
        source += width
        target += 8
        left &-= 8
      }
    }
    let mask = UInt64(truncatingIfNeeded: (1 &<< width) &- 1)
    var bit = 0
    while left > 0 {
      let word = UInt64(littleEndian: (source + bit &>> 3).loadUnaligned(as: UInt64.self))
      target.pointee = UInt32(
        truncatingIfNeeded: (word &>> UInt64(truncatingIfNeeded: bit & 7)) & mask)
      target += 1
      bit &+= width
      left &-= 1
    }
  }

  @inline(__always)
  private static func eightNarrow(
    _ source: UnsafeRawPointer, _ width: Int, _ target: UnsafeMutablePointer<UInt32>
  ) {
    let w = UInt64(truncatingIfNeeded: width)
    let mask: UInt64 = (1 &<< w) &- 1
    var word = UInt64(littleEndian: source.loadUnaligned(as: UInt64.self))
    for j in 0..<8 {
      target[j] = UInt32(truncatingIfNeeded: word & mask)
      word &>>= w
    }
  }

  @inline(__always)
  private static func eightMedium(
    _ source: UnsafeRawPointer, _ width: Int, _ target: UnsafeMutablePointer<UInt32>
  ) {
    let w = UInt64(truncatingIfNeeded: width)
    let mask: UInt64 = (1 &<< w) &- 1
    var word = UInt64(littleEndian: source.loadUnaligned(as: UInt64.self))
    for j in 0..<4 {
      target[j] = UInt32(truncatingIfNeeded: word & mask)
      word &>>= w
    }
    // Four values of odd width end in the middle of a byte.
    word = UInt64(littleEndian: (source + width &>> 1).loadUnaligned(as: UInt64.self))
    word &>>= UInt64(truncatingIfNeeded: (width & 1) &* 4)
    for j in 4..<8 {
      target[j] = UInt32(truncatingIfNeeded: word & mask)
      word &>>= w
    }
  }

  /// Unpacks values of at most 64 bits; writes exactly `count`.
  static func longWords(
    from input: UnsafeRawPointer, width: Int, count: Int, into output: UnsafeMutablePointer<UInt64>
  ) {
    let mask: UInt64 = width == 64 ? ~0 : (1 &<< UInt64(truncatingIfNeeded: width)) &- 1
    var bit = 0
    if width <= 57 {
      for i in 0..<count {
        let word = UInt64(littleEndian: (input + bit &>> 3).loadUnaligned(as: UInt64.self))
        output[i] = (word &>> UInt64(truncatingIfNeeded: bit & 7)) & mask
        bit &+= width
      }
      return
    }
    for i in 0..<count {
      let source = input + bit &>> 3
      let shift = UInt64(truncatingIfNeeded: bit & 7)
      let low = UInt64(littleEndian: source.loadUnaligned(as: UInt64.self)) &>> shift
      // The ninth byte; shifted in two steps, so that a shift by 64 gives nothing.
      let high = (UInt64((source + 8).load(as: UInt8.self)) &<< 1) &<< (63 &- shift)
      output[i] = (low | high) & mask
      bit &+= width
    }
  }
}
