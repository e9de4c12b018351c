/// Gives every distinct text a number, in the order in which texts first come; "" is number 0.
///
/// Texts lie end to end in one array, found again by open addressing: interning a known text costs
/// a hash and a comparison, and allocates nothing.
package struct StringInterner: Sendable {
  private var offsets: [UInt32] = [0, 0]
  private var bytes: [UInt8] = []
  /// Number of a text plus one in the lower half, its hash in the upper one; 0 for a free slot. A
  /// power of two long, at most half full.
  private var slots: [UInt64]

  package init() {
    slots = [UInt64](repeating: 0, count: 1_024)
    insert(slot: Self.slot(0, hash: Self.hash(UnsafeRawBufferPointer(start: nil, count: 0))))
  }

  /// Distinct texts so far.
  package var count: Int { offsets.count - 1 }

  /// Bytes kept in memory.
  package var memoryBytes: Int { bytes.count + offsets.count * 4 + slots.count * 8 }

  /// Makes room for as much as another one knows, and a little more.
  package mutating func reserve(like other: StringInterner) {
    offsets.reserveCapacity(other.offsets.count + other.offsets.count / 8)
    bytes.reserveCapacity(other.bytes.count + other.bytes.count / 8)
    if other.slots.count > slots.count { widen(to: other.slots.count) }
  }

  /// All texts by number. Taking it copies nothing until the next text is interned.
  package var table: StringTable { StringTable(offsets: offsets, bytes: bytes) }

  /// The number of a text if it is known.
  package func number(of text: String) -> UInt32? {
    var text = text
    return text.withUTF8 { text in
      let text = UnsafeRawBufferPointer(text)
      return text.isEmpty ? 0 : find(text, hash: Self.hash(text)).number
    }
  }

  package mutating func intern(_ text: String) -> UInt32 {
    var text = text
    return text.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
  }

  package mutating func intern(_ text: [UInt8]) -> UInt32 {
    text.withUnsafeBytes { intern($0) }
  }

  /// The number of a text given by its bytes, which need not be UTF-8.
  package mutating func intern(_ text: UnsafeRawBufferPointer) -> UInt32 {
    if text.isEmpty { return 0 }
    let hash = Self.hash(text)
    let (known, slot) = find(text, hash: hash)
    if let known { return known }
    precondition(bytes.count + text.count <= Int(UInt32.max), "tables of texts end at 4 GiB")
    let number = count
    bytes.append(contentsOf: text)
    offsets.append(UInt32(bytes.count))
    slots[slot] = Self.slot(number, hash: hash)
    if count * 2 > slots.count { widen(to: slots.count * 2) }
    return UInt32(number)
  }

  /// The text's number, or the free slot where it belongs.
  private func find(
    _ text: UnsafeRawBufferPointer, hash: UInt32
  ) -> (number: UInt32?, slot: Int) {
    let slots = slots.span
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {  // ends: half of the slots are free
      let number = Int(slots[slot] & 0xFFFF_FFFF) - 1
      if slots[slot] >> 32 == UInt64(hash), isEqual(number, text) { return (UInt32(number), slot) }
      slot = (slot + 1) & mask
    }
    return (nil, slot)
  }

  /// Whether text `a` comes before text `b`, byte by byte.
  package func precedes(_ a: UInt32, _ b: UInt32) -> Bool {
    a != b && TextOrder.precedes(bytes, range(of: a), range(of: b))
  }

  package func bytes(_ number: UInt32) -> ArraySlice<UInt8> { bytes[range(of: number)] }

  package func string(_ number: UInt32) -> String {
    String(decoding: bytes[range(of: number)], as: UTF8.self)
  }

  private func range(of number: UInt32) -> Range<Int> {
    Int(offsets[Int(number)])..<Int(offsets[Int(number) + 1])
  }

  private func isEqual(_ number: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let start = Int(offsets[number])
    guard Int(offsets[number + 1]) - start == text.count else { return false }
    return bytes.withUnsafeBytes { bytes in
      var position = 0
      while position + 8 <= text.count {
        let known = bytes.loadUnaligned(fromByteOffset: start + position, as: UInt64.self)
        if known != text.loadUnaligned(fromByteOffset: position, as: UInt64.self) { return false }
        position += 8
      }
      if position == text.count { return true }
      if text.count >= 8 {
        // The last eight bytes, some of them for the second time.
        let known = bytes.loadUnaligned(fromByteOffset: start + text.count - 8, as: UInt64.self)
        return known == text.loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self)
      }
      while position < text.count {
        if bytes[start + position] != text[position] { return false }
        position += 1
      }
      return true
    }
  }

  private static func slot(_ number: Int, hash: UInt32) -> UInt64 {
    UInt64(hash) << 32 | UInt64(number + 1)
  }

  private mutating func widen(to count: Int) {
    let old = slots
    slots = [UInt64](repeating: 0, count: count)
    for slot in old where slot != 0 { insert(slot: slot) }
  }

  private mutating func insert(slot content: UInt64) {
    let mask = slots.count - 1
    var slot = Int(content >> 32) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = content
  }

  /// Eight bytes at a time, multiplied and folded; the last ones may count twice.
  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt32 {
    let count = text.count
    var state = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var position = 0
    while position + 8 < count {
      state = fold(state ^ text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    var tail: UInt64 = 0
    if count >= 8 {
      tail = text.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else if count >= 4 {
      tail =
        UInt64(text.loadUnaligned(as: UInt32.self)) << 32
        | UInt64(text.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
    } else if count > 0 {
      tail = UInt64(text[0]) << 16 | UInt64(text[count / 2]) << 8 | UInt64(text[count - 1])
    }
    return UInt32(truncatingIfNeeded: fold(state ^ tail) >> 16)
  }

  @inline(__always)
  private static func fold(_ value: UInt64) -> UInt64 {
    let (high, low) = (value ^ 0x2D35_8DCC_AA6C_78A5).multipliedFullWidth(by: 0x8BB8_4B93_962E_ACC9)
    return high ^ low
  }
}
