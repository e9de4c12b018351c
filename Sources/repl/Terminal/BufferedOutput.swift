/// Standard output, written to in pieces of sensible size.
package struct BufferedOutput {
  private var bytes: [UInt8] = []
  private static let pieceBytes = 1 << 16

  package init() { bytes.reserveCapacity(Self.pieceBytes + 4096) }

  package mutating func write(_ text: String) {
    bytes += text.utf8
    if bytes.count >= Self.pieceBytes { flush() }
  }

  package mutating func write(_ more: [UInt8]) {
    bytes += more
    if bytes.count >= Self.pieceBytes { flush() }
  }

  /// Whoever writes last must call this.
  package mutating func flush() {
    guard !bytes.isEmpty else { return }
    StandardStream.output.write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
