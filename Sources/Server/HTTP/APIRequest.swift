/// One request as a transport, or a command line, received it.
package struct APIRequest: Sendable {
  package var method: String
  /// Path and parameters as sent.
  package let target: String
  /// As sent, still percent-encoded.
  package var rawPath: String
  /// Percent-decoded.
  package var path: String
  /// Percent-decoded, in the order sent.
  package var query: [(name: String, value: String)]
  package var headers: [(name: String, value: String)]
  /// Empty for most requests: parameters stand in the target only.
  package var body: [UInt8] = []

  /// A request for `target`: a path, and after a `?` the parameters.
  package init(
    method: String = "GET", target: String, headers: [(name: String, value: String)] = []
  ) {
    let utf8 = target.utf8
    let pathEnd = utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
    self.method = method
    self.target = target
    self.headers = headers
    rawPath = String(target[..<(pathEnd ?? target.endIndex)])
    path = PercentEncoding.decode(rawPath.utf8, plusIsSpace: false) ?? rawPath
    query = []
    if let pathEnd, utf8[pathEnd] == UInt8(ascii: "?") {
      let text = target[target.index(after: pathEnd)...].prefix { $0 != "#" }
      query = Self.parameters(text.utf8)
    }
  }

  /// Pairs that cannot be decoded are left out, as Go's parser leaves them out.
  private static func parameters(
    _ text: Substring.UTF8View
  ) -> [(name: String, value: String)] {
    text.split(separator: UInt8(ascii: "&")).compactMap { pair in
      guard !pair.contains(UInt8(ascii: ";")) else { return nil }
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let value = equals == pair.endIndex ? pair[equals...] : pair[pair.index(after: equals)...]
      guard let name = PercentEncoding.decode(pair[..<equals], plusIsSpace: true),
        let value = PercentEncoding.decode(value, plusIsSpace: true)
      else { return nil }
      return (name, value)
    }
  }

  /// The first header of that name, whatever its case.
  package func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first {
      $0.name.utf8.count == wanted.utf8.count && $0.name.lowercased() == wanted
    }?
    .value
  }
}
