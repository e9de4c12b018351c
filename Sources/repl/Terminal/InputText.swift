import Glibc

/// Reads what a person or a script hands over: standard input, small files.
enum InputText {
  static func standardInput(upTo count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = StandardStream.input.read(upTo: min(65_536, count - bytes.count))
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }

  /// The first `count` bytes of a file.
  static func file(_ path: String, upTo count: Int) throws(CommandFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < count {
      let got = Glibc.read(descriptor, &buffer, min(buffer.count, count - bytes.count))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure(path) }
      if got == 0 { break }
      bytes += buffer.prefix(got)
    }
    return bytes
  }

  private static func failure(_ path: String) -> CommandFailure {
    CommandFailure(
      "\(PrintableText.escaped(path)): \(SystemText.errorMessage(errno))", code: .badRequest)
  }
}
