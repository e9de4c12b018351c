import Wire

/// UUIDs in the forms Go's usual library reads.
enum UUIDText {
  /// What is wrong with `text`, nil for a UUID.
  static func problem(_ text: String) -> String? {
    var digits = text[...]
    switch text.utf8.count {
    case 36: break
    case 45:
      guard text.lowercased().hasPrefix("urn:uuid:") else {
        return "invalid urn prefix: \(GoQuote.quote(String(text.prefix(9))))"
      }
      digits = digits.dropFirst(9)
    case 38:
      guard text.first == "{", text.last == "}" else { return "invalid bracketed UUID format" }
      digits = digits.dropFirst().dropLast()
    case 32: return Hex.decode(text) == nil ? "invalid UUID format" : nil
    default: return "invalid UUID length: \(text.utf8.count)"
    }
    let groups = digits.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    let isUUID =
      groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && groups.allSatisfy { Hex.decode($0) != nil }
    return isUUID ? nil : "invalid UUID format"
  }
}
