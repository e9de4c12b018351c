import Wire

/// A trace ID as people write it: hex, either case, leading zeros left out if they like.
enum TraceIDText {
  /// The 16 bytes.
  static func parse(_ text: String) throws(APIError) -> [UInt8] {
    for (position, character) in text.enumerated() {
      guard let ascii = character.asciiValue, Hex.value(ascii) != nil else {
        throw .badRequest(
          "trace IDs can only contain hex characters: invalid character '\(character)' at "
            + "position \(position + 1)")
      }
    }
    guard text.utf8.count <= 32 else {
      throw .badRequest("trace IDs can't be larger than 128 bits")
    }
    let padded = String(repeating: "0", count: 32 - text.utf8.count) + text
    guard let bytes = Hex.decode(padded) else {
      preconditionFailure("32 hex digits are 16 bytes")
    }
    return bytes
  }

  /// Lower-case hex without leading zeros, as search results show it.
  static func short(_ traceID: [UInt8]) -> String {
    String(Hex.encode(traceID).drop { $0 == "0" })
  }
}
