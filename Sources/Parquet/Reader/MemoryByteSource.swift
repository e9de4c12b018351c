/// Bytes that are in memory already.
package struct MemoryByteSource: ByteSource {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var byteCount: Int { bytes.count }

  package func read(_ range: Range<Int>) throws(ByteSourceError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw ByteSourceError("bytes \(range) of \(bytes.count)")
    }
    return Array(bytes[range])
  }
}
