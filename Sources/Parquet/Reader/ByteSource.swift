/// Bytes that can be read by range: a local file, memory, an object in a bucket.
package protocol ByteSource: Sendable {
  var byteCount: Int { get }
  /// Exactly the bytes of `range`, or an error that says why not.
  func read(_ range: Range<Int>) throws(ByteSourceError) -> [UInt8]
  /// The same into memory of the caller, which has room for exactly these bytes.
  func read(
    _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(ByteSourceError)
}

extension ByteSource {
  package func read(
    _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(ByteSourceError) {
    let bytes = try read(range)
    guard bytes.count == target.count else {
      throw ByteSourceError("\(bytes.count) bytes came where \(target.count) were asked for")
    }
    target.copyBytes(from: bytes)
  }
}

package struct ByteSourceError: Error, Sendable, Equatable {
  package var message: String
  package init(_ message: String) { self.message = message }
}
