/// Where a file that is being written goes: memory, a local file, an upload.
package protocol ByteSink {
  /// Appends bytes, or says why it cannot.
  mutating func write(_ bytes: [UInt8]) throws(ByteSourceError)
}

/// A file in memory.
package struct MemoryByteSink: ByteSink {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func write(_ bytes: [UInt8]) throws(ByteSourceError) { self.bytes += bytes }
}
