/// The `X-Scope-OrgID` header: whose data a request asks for.
enum TenantHeader {
  /// Sorted tenant IDs, each once.
  static func parse(_ value: String?, severalAllowed: Bool) throws(APIError) -> [String] {
    guard let value, !value.isEmpty else { throw APIError(401, "no org id\n") }
    let ids = value.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    for id in ids { try check(id) }
    let distinct = Set(ids).sorted()
    guard severalAllowed || ids.count == 1 else {
      throw .badRequest("multiple org IDs present")
    }
    return distinct
  }

  private static let idBytesMax = 150

  private static func check(_ id: String) throws(APIError) {
    guard !id.isEmpty else { throw .badRequest("no org id") }
    if let character = id.first(where: { !isAllowed($0) }) {
      throw .badRequest("tenant ID '\(id)' contains unsupported character '\(character)'")
    }
    guard id.utf8.count <= idBytesMax else {
      throw .badRequest("tenant ID is too long: max \(idBytesMax) characters")
    }
    guard id != ".", id != ".." else { throw .badRequest("tenant ID is '.' or '..'") }
  }

  private static func isAllowed(_ character: Character) -> Bool {
    guard character.isASCII else { return false }
    return character.isLetter || character.isNumber || "!-_.*'()".contains(character)
  }
}
