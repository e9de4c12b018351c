/// What a leaf's values stand for. Schemas say it in an old way and in a new one.
package struct LeafAnnotation: Sendable, Equatable {
  package enum Meaning: Sendable, Equatable {
    case text
    case integer(bits: Int, isUnsigned: Bool)
    /// Of groups.
    case list, map
    /// Dates, decimals and whatever else there is.
    case other
  }

  /// `ConvertedType`.
  package var converted: Meaning?
  /// `LogicalType`.
  package var logical: Meaning?

  package init(converted: Meaning? = nil, logical: Meaning? = nil) {
    self.converted = converted
    self.logical = logical
  }

  var isUnsigned: Bool {
    [converted, logical].contains { if case .integer(_, true) = $0 { true } else { false } }
  }
}

extension LeafAnnotation.Meaning {
  /// UTF8; MAP; LIST; UINT_8 to UINT_64; INT_8 to INT_64.
  init(convertedType number: Int) {
    switch number {
    case 0: self = .text
    case 1: self = .map
    case 3: self = .list
    case 11...14: self = .integer(bits: 8 << (number - 11), isUnsigned: true)
    case 15...18: self = .integer(bits: 8 << (number - 15), isUnsigned: false)
    default: self = .other
    }
  }
}
