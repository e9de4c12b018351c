import Server

/// Whether everybody who reads a request finds the same end of it.
///
/// The library forgives what a proxy before us may read in another way; then one of both would take
/// a part of the body for a request of its own.
enum RequestFraming {
  static let headerCountMax = 1_000

  /// The answer to a request whose headers have two meanings, or are too many.
  static func refusal(_ headers: [(name: String, value: String)]) -> APIResponse? {
    guard headers.count <= headerCountMax else {
      return .text("more than \(headerCountMax) headers", status: 431)
    }
    guard headers.allSatisfy({ isName($0.name) }) else {
      return .text("a header's name is not one", status: 400)
    }
    func values(_ name: String) -> [String] {
      headers.filter { $0.name.lowercased() == name }.map(\.value)
    }
    let (lengths, codings) = (values("content-length"), values("transfer-encoding"))
    guard values("host").count <= 1, lengths.count <= 1, codings.count <= 1,
      lengths.isEmpty || codings.isEmpty
    else { return .text("headers that contradict one another", status: 400) }
    guard lengths.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return .text("Content-Length is no number", status: 400) }
    guard codings.allSatisfy({ $0.lowercased() == "chunked" }) else {
      return .text("Transfer-Encoding can be chunked only", status: 501)
    }
    return nil
  }

  /// A token of RFC 9110: printable ASCII without delimiters.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        $0 > 0x20 && $0 < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0)
      }
  }
}
