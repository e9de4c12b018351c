import TraceQL

/// The files of queries that a command was given, read one after the other.
struct QueryFiles {
  /// What standard input is called in messages.
  static let standardInputName = "<stdin>"
  /// Longer files are refused; query logs of a day are shorter.
  private static let bytesMax = 64 << 20

  /// Calls `body` with the name and the text of each file; standard input without operands and for
  /// `-`. A file that cannot be read is complained of. Returns whether all could.
  static func forEach(_ session: Session, _ body: (String, String) -> Void) -> Bool {
    let operands = session.arguments.operands.isEmpty ? ["-"] : session.arguments.operands
    var couldReadAll = true
    for path in operands {
      do throws(CommandFailure) {
        let isInput = path == "-"
        let bytes =
          isInput
          ? InputText.standardInput(upTo: bytesMax + 1)
          : try InputText.file(path, upTo: bytesMax + 1)
        guard bytes.count <= bytesMax else {
          throw CommandFailure(
            "\(PrintableText.escaped(path)): more than \(NumberText.grouped(bytesMax)) bytes",
            code: .badRequest)
        }
        let name = isInput ? standardInputName : path
        body(PrintableText.escaped(name), String(decoding: bytes, as: UTF8.self))
      } catch {
        StandardStream.error.write(error.text)
        couldReadAll = false
      }
    }
    return couldReadAll
  }
}
