/// Gives every distinct text a number, in the order in which texts first come; "" is number 0.
///
/// Texts lie end to end in one array, found again by open addressing: interning a known text costs
/// a hash and a comparison, and allocates nothing.
package struct StringInterner: Sendable {
  private var offsets: [UInt32] = [0, 0]
  private var bytes: [UInt8] = []
  private var hashes: [UInt32] = [0]
  /// Number of a text plus one, 0 for a free slot; a power of two long, at most half full.
  private var slots: [UInt32]

  package init() {
    slots = [UInt32](repeating: 0, count: 1_024)
    hashes[0] = Self.hash(UnsafeRawBufferPointer(start: nil, count: 0))
    insertSlot(0)
  }

  /// Distinct texts so far.
  package var count: Int { hashes.count }

  /// Bytes kept in memory.
  package var memoryBytes: Int { bytes.count + offsets.count * 8 + slots.count * 4 }

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

  /// The number of the text that some of `bytes` are.
  package mutating func intern(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    bytes.withUnsafeBytes { intern(UnsafeRawBufferPointer(rebasing: $0[range])) }
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
    hashes.append(hash)
    slots[slot] = UInt32(number + 1)
    if count * 2 > slots.count { grow() }
    return UInt32(number)
  }

  /// The text's number, or the free slot where it belongs.
  private func find(
    _ text: UnsafeRawBufferPointer, hash: UInt32
  ) -> (number: UInt32?, slot: Int) {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {  // ends: half of the slots are free
      let number = Int(slots[slot]) - 1
      if hashes[number] == hash, isEqual(number, text) { return (UInt32(number), slot) }
      slot = (slot + 1) & mask
    }
    return (nil, slot)
  }

  /// Whether text `a` comes before text `b`, byte by byte.
  package func precedes(_ a: UInt32, _ b: UInt32) -> Bool {
    bytes[range(of: a)].lexicographicallyPrecedes(bytes[range(of: b)])
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
      for i in 0..<text.count where bytes[start + i] != text[i] { return false }
      return true
    }
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for number in 0..<count { insertSlot(number) }
  }

  private mutating func insertSlot(_ number: Int) {
    let mask = slots.count - 1
    var slot = Int(hashes[number]) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = UInt32(number + 1)
  }

  /// Eight bytes at a time, multiplied and folded.
  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt32 {
    var state = UInt64(truncatingIfNeeded: text.count) &* 0x9E37_79B9_7F4A_7C15
    var position = 0
    while position + 8 <= text.count {
      let word = text.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      state = fold(state ^ word)
      position += 8
    }
    var tail: UInt64 = 0
    while position < text.count {
      tail = tail << 8 | UInt64(text[position])
      position += 1
    }
    return UInt32(truncatingIfNeeded: fold(state ^ tail) >> 16)
  }

  @inline(__always)
  private static func fold(_ value: UInt64) -> UInt64 {
    let (high, low) = (value ^ 0x2D35_8DCC_AA6C_78A5).multipliedFullWidth(by: 0x8BB8_4B93_962E_ACC9)
    return high ^ low
  }
}
