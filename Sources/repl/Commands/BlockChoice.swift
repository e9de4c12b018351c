import Columns
import Storage

/// The blocks that the operands of a command name: by ID, by the beginning of one, by path.
enum BlockChoice {
  /// Without operands every block of the source.
  static func blocks(_ session: Session) async throws(CommandFailure) -> [Block] {
    var catalog: BlockCatalog?
    var chosen: [Block] = []
    for text in session.arguments.operands {
      if text.contains("/") || text == "." {
        chosen += try await session.openCatalog(paths: [text], blocksOnly: true).blocks
        continue
      }
      if catalog == nil { catalog = try await session.openCatalog(blocksOnly: true) }
      chosen.append(try block(text, among: catalog?.blocks ?? []))
    }
    if session.arguments.operands.isEmpty {
      chosen = try await session.openCatalog(blocksOnly: true).blocks
    }
    return chosen
  }

  /// The one block that the operand names, or the only one there is.
  static func onlyBlock(_ session: Session) async throws(CommandFailure) -> Block {
    let blocks = try await blocks(session)
    guard let block = blocks.first, blocks.count == 1 else {
      let some = blocks.prefix(3).map(\.name).joined(separator: ", ")
      let hint = "Name one of the \(NumberText.grouped(blocks.count)): \(some)"
      throw CommandFailure(
        UsageError(
          "there are several blocks", hint: hint + (blocks.count > 3 ? " ..." : "."),
          command: .blocksShow))
    }
    return block
  }

  private static func block(_ text: String, among blocks: [Block]) throws(CommandFailure) -> Block {
    let found = blocks.filter { $0.name.hasPrefix(text.lowercased()) || $0.name == text }
    let shown = PrintableText.escaped(text)
    guard let block = found.first else {
      let near = NearestName.of(text, among: blocks.map(\.name))
      let number = NumberText.counted(blocks.count, "block")
      throw CommandFailure(
        "none of the \(number) is called '\(shown)'"
          + (near.map { "; did you mean '\($0)'?" } ?? "; 'traceql blocks' lists them"),
        code: .badRequest)
    }
    guard found.count == 1 || block.name == text else {
      throw CommandFailure(
        "'\(shown)' begins the names of \(found.count) blocks; write more of it",
        code: .badRequest)
    }
    return block
  }
}
