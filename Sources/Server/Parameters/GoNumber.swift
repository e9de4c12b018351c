/// Numbers as Go's strconv reads them, with its error texts.
enum GoNumber {
  /// Why a text is no number: the text a Go server would send.
  struct Failure: Error, Equatable {
    var message: String

    init(_ function: String, _ text: String, _ reason: String) {
      message = "strconv.\(function): parsing \(GoQuote.quote(text)): \(reason)"
    }
  }

  static let invalidSyntax = "invalid syntax"
  static let outOfRange = "value out of range"

  /// Decimal digits only.
  static func uint32(_ text: String) throws(Failure) -> UInt32 {
    try digits(text.utf8, function: "ParseUint", text)
  }

  /// Decimal digits with an optional sign.
  static func int64(
    _ text: String, function: String = "ParseInt"
  ) throws(Failure) -> Int64 {
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    let hasSign = isNegative || text.utf8.first == UInt8(ascii: "+")
    let magnitude: UInt64 = try digits(
      hasSign ? text.utf8.dropFirst() : text.utf8[...], function: function, text)
    let limit = UInt64(Int64.max) + (isNegative ? 1 : 0)
    guard magnitude <= limit else { throw Failure(function, text, outOfRange) }
    return isNegative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude)
  }

  static func bool(_ text: String) throws(Failure) -> Bool {
    switch text {
    case "1", "t", "T", "TRUE", "true", "True": return true
    case "0", "f", "F", "FALSE", "false", "False": return false
    default: throw Failure("ParseBool", text, invalidSyntax)
    }
  }

  private static func digits<Integer: FixedWidthInteger>(
    _ bytes: some Sequence<UInt8>, function: String, _ text: String
  ) throws(Failure) -> Integer {
    var value: Integer = 0
    var isEmpty = true
    var overflows = false
    for byte in bytes {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
        throw Failure(function, text, invalidSyntax)
      }
      isEmpty = false
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, above) = product.addingReportingOverflow(Integer(byte - UInt8(ascii: "0")))
      overflows = overflows || over || above
      value = sum
    }
    if isEmpty { throw Failure(function, text, invalidSyntax) }
    if overflows { throw Failure(function, text, outOfRange) }
    return value
  }
}
