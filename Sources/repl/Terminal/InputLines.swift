/// The lines of standard input, each as soon as it is there.
struct InputLines {
  private var pending: [UInt8] = []
  /// Bytes of `pending` that hold no line break.
  private var searched = 0
  private var isAtEnd = false

  /// The next line without its line break (LF or CRLF); nil at the end.
  mutating func next() -> String? {
    while true {
      if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer {
          pending.removeSubrange(...end)
          searched = 0
        }
        return Self.text(pending[..<end])
      }
      searched = pending.count
      if isAtEnd {
        guard !pending.isEmpty else { return nil }
        defer { (pending, searched) = ([], 0) }
        return Self.text(pending[...])
      }
      let more = StandardStream.input.read(upTo: 65_536)
      isAtEnd = more.isEmpty
      pending += more
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self)
  }
}
