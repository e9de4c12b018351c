/// Byte offsets into the query text; half open.
package struct SourceRange: Sendable, Equatable, Hashable {
  package var lowerBound: UInt32
  package var upperBound: UInt32

  package init(_ range: Range<Int>) {
    lowerBound = UInt32(range.lowerBound)
    upperBound = UInt32(range.upperBound)
  }

  package static let none = SourceRange(0..<0)

  package var range: Range<Int> { Int(lowerBound)..<Int(upperBound) }
}
