/// What a decoder finds wrong with its bytes; it knows neither file nor column, its caller does.
package struct DecodingFailure: Error, Equatable {
  enum Kind: Equatable {
    /// The bytes end before the value does.
    case truncated
    case malformed
    case unsupported
    case limit
    /// The query's memory is used up.
    case memory
  }

  var kind: Kind
  /// Lower case, no full stop.
  var message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  static let truncated = DecodingFailure(.truncated, "the bytes end too early")
  static func malformed(_ message: String) -> DecodingFailure { .init(.malformed, message) }
  static func unsupported(_ message: String) -> DecodingFailure { .init(.unsupported, message) }
  static func limit(_ message: String) -> DecodingFailure { .init(.limit, message) }
  static func memory(_ bytesMax: Int) -> DecodingFailure {
    .init(.memory, "memory limit of \(bytesMax) bytes reached")
  }
}

extension ParquetError {
  /// A decoder's failure with the place it happened at.
  init(_ failure: DecodingFailure, file: String, column: String? = nil, offset: Int? = nil) {
    let kind: Kind =
      switch failure.kind {
      case .truncated, .malformed: .damaged
      case .unsupported: .unsupported
      case .limit: .limit
      case .memory: .memory
      }
    self.init(kind, file: file, column: column, offset: offset, failure.message)
  }
}
