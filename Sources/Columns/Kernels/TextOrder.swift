/// The order of texts by their bytes, eight at a time.
enum TextOrder {
  /// Whether the text at `a` comes before the text at `b`.
  static func precedes(_ bytes: [UInt8], _ a: Range<Int>, _ b: Range<Int>) -> Bool {
    precondition(
      a.lowerBound >= 0 && b.lowerBound >= 0 && max(a.upperBound, b.upperBound) <= bytes.count,
      "texts lie inside their table")
    return bytes.withUnsafeBytes { bytes in
      let shared = min(a.count, b.count)
      var position = 0
      while position + 8 <= shared {
        let left = bytes.loadUnaligned(fromByteOffset: a.lowerBound + position, as: UInt64.self)
        let right = bytes.loadUnaligned(fromByteOffset: b.lowerBound + position, as: UInt64.self)
        if left != right { return left.bigEndian < right.bigEndian }
        position += 8
      }
      while position < shared {
        let left = bytes[a.lowerBound + position]
        let right = bytes[b.lowerBound + position]
        if left != right { return left < right }
        position += 1
      }
      return a.count < b.count
    }
  }
}

extension StringTable {
  /// Whether string `a` comes before string `b`, byte by byte.
  package func precedes(_ a: UInt32, _ b: UInt32) -> Bool {
    a != b && TextOrder.precedes(bytes, range(of: Int(a)), range(of: Int(b)))
  }
}
