/// A typed constant.
package enum Literal: Sendable, Equatable {
  case int(Int64)
  case float(Double)
  /// Nanoseconds.
  case duration(Int64)
  case string(String)
  case bool(Bool)
  case status(Status)
  case kind(Kind)

  /// Raw values are OTLP status codes.
  package enum Status: Int, Sendable, CaseIterable {
    case unset = 0
    case ok, error
  }

  /// Raw values are OTLP span kinds.
  package enum Kind: Int, Sendable, CaseIterable {
    case unspecified = 0
    case `internal`, server, client, producer, consumer
  }

  /// Bit equality for floats, so that NaN literals compare equal to themselves.
  package static func == (a: Literal, b: Literal) -> Bool {
    switch (a, b) {
    case (.int(let x), .int(let y)): x == y
    case (.float(let x), .float(let y)): x.bitPattern == y.bitPattern
    case (.duration(let x), .duration(let y)): x == y
    case (.string(let x), .string(let y)): x.utf8.elementsEqual(y.utf8)
    case (.bool(let x), .bool(let y)): x == y
    case (.status(let x), .status(let y)): x == y
    case (.kind(let x), .kind(let y)): x == y
    default: false
    }
  }
}
