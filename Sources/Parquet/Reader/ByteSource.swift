/// Bytes that can be read by range: a local file, memory, an object in a bucket.
package protocol ByteSource: Sendable {
  var byteCount: Int { get }
  /// Exactly the bytes of `range`, or an error that says why not.
  func read(_ range: Range<Int>) throws(ByteSourceError) -> [UInt8]
}

package struct ByteSourceError: Error, Sendable, Equatable {
  package var message: String
  package init(_ message: String) { self.message = message }
}
