import Glibc
import TraceQL

extension Shell {
  /// Files that read files are few levels deep, or a circle.
  private static let readingDepthMax = 16
  private static let fileBytesMax = 4 << 20

  /// Runs the statements of a file.
  func read(_ path: String) async throws(CommandFailure) {
    guard readingDepth < Self.readingDepthMax else {
      throw CommandFailure("\(path): files read each other in a circle", code: .badRequest)
    }
    let bytes = try InputText.file(FilePath.expandingHome(path), upTo: Self.fileBytesMax + 1)
    guard bytes.count <= Self.fileBytesMax else {
      throw CommandFailure("\(path) is longer than 4 MiB", code: .badRequest)
    }
    readingDepth += 1
    defer { readingDepth -= 1 }
    let code = await run(String(decoding: bytes, as: UTF8.self))
    // What was wrong has been said.
    guard code == .answered else { throw CommandFailure(text: "", code: code) }
  }

  func changeSetting(_ words: DotWords) throws(CommandFailure) {
    guard let name = words.words.first else {
      var table = Table(columns: [
        .init("Setting", key: "setting"), .init("Value", key: "value", canShrink: true),
        .init("Meaning", key: "meaning", canShrink: true),
      ])
      for setting in ShellSetting.all {
        table.append(
          .init([.text(setting.name), .text(setting.value(self)), .text(setting.summary)]))
      }
      show(table, isLast: true)
      return output.finishAnswer()
    }
    let setting = try ShellSetting.named(name)
    let value = words.words.dropFirst().joined(separator: " ")
    if !value.isEmpty { try setting.change(self, value) }
    output.note("\(name) \(setting.value(self))")
  }

  func showHistory(_ text: String) {
    var found = Array(history.enumerated())
    if let count = Int(text) {
      found = found.suffix(max(0, count))
    } else {
      found = text.isEmpty ? found.suffix(50) : found.filter { $0.element.contains(text) }
    }
    let width = String(history.count).count
    output.write(
      lines: found.flatMap { index, entry in
        let lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().map { line, text in
          let number = line == 0 ? String(index + 1) : ""
          return DisplayWidth.leftPadded(number, to: width) + "  "
            + PrintableText.escaped(String(text))
        }
      })
    output.finishAnswer()
  }

  func changeAlias(_ words: DotWords) throws(CommandFailure) {
    guard let name = words.words.first else {
      if options.aliases.isEmpty { output.note("no aliases; .alias NAME STATEMENT makes one") }
      let width = options.aliases.keys.map(\.count).max() ?? 0
      output.write(
        lines: options.aliases.sorted { $0.key < $1.key }.map {
          "." + DisplayWidth.padded($0.key, to: width) + "  " + PrintableText.escaped($0.value)
        })
      return
    }
    let isName = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    guard isName, name.first?.isLetter == true else {
      throw CommandFailure(
        text: "'\(PrintableText.escaped(name))' is no name for an alias\n", code: .badRequest)
    }
    guard !DotCommandTable.all.contains(where: { $0.name == name }) else {
      throw CommandFailure(text: ".\(name) is a command already\n", code: .badRequest)
    }
    let statement = words.rest(after: 1)
    options.aliases[name] = statement.isEmpty ? nil : statement
    output.note(statement.isEmpty ? ".\(name) is forgotten" : ".\(name) runs it")
  }

  /// Lets a person edit the query in another program, then runs it.
  func edit(_ text: String) async throws(CommandFailure) {
    let start = text.isEmpty ? answer.query?.text ?? history.last ?? "" : text
    let editor =
      SystemText.environment("VISUAL") ?? SystemText.environment("EDITOR") ?? "vi"
    let folder = SystemText.environment("TMPDIR") ?? "/tmp"
    var name = Array("\(folder)/traceql-XXXXXX.traceql".utf8CString)
    let descriptor = mkstemps(&name, 8)
    let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard descriptor >= 0 else {
      throw CommandFailure("\(path): \(SystemText.errorMessage(errno))", code: .badRequest)
    }
    let bytes = Array((start + "\n").utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
    Glibc.close(descriptor)
    defer { unlink(path) }
    let code = system(editor + " '" + path + "'")
    guard code == 0 else {
      throw CommandFailure(
        text: "\(editor) ended with an error; nothing is run\n", code: .badRequest)
    }
    let edited = String(
      decoding: try InputText.file(path, upTo: Self.fileBytesMax), as: UTF8.self
    ).trimmingBlanks
    guard !edited.isEmpty else { return output.note("empty; nothing is run") }
    remember(edited)
    output.note(edited)
    _ = await run(edited)
  }

  func remember(_ input: String) {
    guard history.last != input else { return }
    history.append(input)
    guard let historyFile, !historyFile.append(input) else { return }
  }

  /// Lists the values of parameters, sets one (`NAME VALUE` or `NAME=VALUE`), or forgets it.
  func changeParameters(_ words: DotWords) throws(CommandFailure) {
    guard var name = words.words.first else { return showParameters() }
    var value = words.rest(after: 1)
    if name.hasPrefix("$") { name.removeFirst() }
    if let equals = words.text.firstIndex(of: "="), !words.text[..<equals].contains(" ") {
      name = String(words.text[..<equals].drop { $0 == "$" })
      value = String(words.text[words.text.index(after: equals)...])
    }
    guard !value.isEmpty else {
      guard session.settings.parameters.remove(name) else {
        throw CommandFailure(
          text: "there is no $\(PrintableText.escaped(name)) to forget\n", code: .badRequest)
      }
      return output.note("$\(name) is forgotten")
    }
    var given = ParameterValues()
    do throws(ParameterError) {
      try given.add(assignment: name + "=" + value)
    } catch {
      throw CommandFailure(text: PrintableText.escaped(error.message) + "\n", code: .badRequest)
    }
    session.settings.parameters = session.settings.parameters.overridden(by: given)
    output.note("$\(name) \(parameterText(name))")
  }

  /// A value as people would type it.
  private func parameterText(_ name: String) -> String {
    switch session.settings.parameters[name] {
    case .string(let text)?: ValueText.quoted(text)
    case let other?: other.description
    case nil: ""
    }
  }

  private func showParameters() {
    var table = Table(columns: [
      .init("Parameter", key: "parameter"), .init("Value", key: "value", canShrink: true),
    ])
    for name in session.settings.parameters.names {
      table.append(.init([.text("$" + name), .text(parameterText(name))]))
    }
    if table.rows.isEmpty { output.note("no parameters; .params NAME VALUE sets one") }
    show(table, isLast: true)
    output.finishAnswer()
  }
}
