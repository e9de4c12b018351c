/// Packs numbers of a fixed width end to end, the lowest bit first.
enum BitPacker {
  /// Appends `values`, of `width` bits each, and zeros up to `count` numbers in all; the last byte
  /// is filled up with zeros.
  static func append<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: Span<Value>, width: Int, paddedTo count: Int, to output: inout [UInt8]
  ) {
    precondition(width >= 0 && width <= 64, "numbers have at most 64 bits")
    precondition(count >= values.count, "padding takes nothing away")
    let byteCount = (count * width + 7) / 8
    if byteCount == 0 { return }
    output.append(addingCapacity: byteCount) { bytes in
      var word: UInt64 = 0
      var used = 0
      for i in values.indices {
        let value = UInt64(values[i])
        word |= value &<< UInt64(truncatingIfNeeded: used)
        used &+= width
        if used >= 64 {
          bytes.append(word: word)
          used &-= 64
          // Shifting by the whole width would leave the value as it is.
          word = used == 0 ? 0 : value &>> UInt64(truncatingIfNeeded: width &- used)
        }
      }
      while used > 0, bytes.count < byteCount {
        bytes.append(UInt8(truncatingIfNeeded: word))
        word &>>= 8
        used -= 8
      }
      while bytes.count < byteCount { bytes.append(0) }
    }
  }
}

extension OutputSpan<UInt8> {
  /// The eight bytes of a word, the lowest first.
  @inline(__always)
  mutating func append(word: UInt64) {
    append(UInt8(truncatingIfNeeded: word))
    append(UInt8(truncatingIfNeeded: word &>> 8))
    append(UInt8(truncatingIfNeeded: word &>> 16))
    append(UInt8(truncatingIfNeeded: word &>> 24))
    append(UInt8(truncatingIfNeeded: word &>> 32))
    append(UInt8(truncatingIfNeeded: word &>> 40))
    append(UInt8(truncatingIfNeeded: word &>> 48))
    append(UInt8(truncatingIfNeeded: word &>> 56))
  }

  /// The four bytes of a word, the lowest first.
  @inline(__always)
  mutating func append(halfWord: UInt32) {
    append(UInt8(truncatingIfNeeded: halfWord))
    append(UInt8(truncatingIfNeeded: halfWord &>> 8))
    append(UInt8(truncatingIfNeeded: halfWord &>> 16))
    append(UInt8(truncatingIfNeeded: halfWord &>> 24))
  }
}
