import Engine
import Server
import Storage
import TraceQL

/// `traceql check`: queries of files, and whether their answers are what the files expect.
enum CheckCommand {
  /// Longer files are refused.
  private static let fileBytesMax = 4 << 20

  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let files = try read(session)
    let catalog = try await session.openCatalog(answersMany: true)
    let runner = CheckRunner(session: session, blocks: catalog.blocks)
    let began = Clock.monotonicNanoseconds()
    var printer = CheckPrinter(session, checkCount: files.reduce(0) { $0 + $1.checks.count })
    var outcomes: [CheckOutcome] = []
    var code = ExitCode.answered
    for file in files {
      printer.begin(file.path)
      for check in file.checks where code != .interrupted {
        let (outcome, ended) = await runner.run(check, of: file.path)
        outcomes.append(outcome)
        printer.show(outcome)
        code = worse(code, ended)
      }
    }
    printer.finish(outcomes, elapsedNanoseconds: Clock.monotonicNanoseconds() - began)
    return code
  }

  /// The code that says more: what could not be read counts more than what is wrong, and that more
  /// than what was not finished.
  private static func worse(_ a: ExitCode, _ b: ExitCode) -> ExitCode {
    let order: [ExitCode] = [
      .answered, .partial, .noSuchTrace, .badRequest, .unreadable, .interrupted,
    ]
    return (order.firstIndex(of: a) ?? 0) < (order.firstIndex(of: b) ?? 0) ? b : a
  }

  // MARK: Files

  private static func read(_ session: Session) throws(CommandFailure) -> [CheckFile] {
    let context = CheckParser.Context(
      parameters: session.settings.parameters, dialect: session.dialect,
      nowNanoseconds: session.nowNanoseconds, limitDefault: session.settings.limit)
    var files: [CheckFile] = []
    var said = ""
    var used: Set<String> = []
    for path in session.arguments.operands {
      let text = try text(path)
      let outcome = CheckParser.parse(text, path: path, context: context)
      for fault in outcome.faults {
        said += CheckFaultText.text(
          fault, path: path, source: text, style: session.terminal.errorStyle)
      }
      used.formUnion(outcome.parametersUsed)
      files.append(outcome.file)
    }
    guard said.isEmpty else { throw CommandFailure(text: said, code: .badRequest) }
    if let name = session.settings.parameters.names.first(where: { !used.contains($0) }) {
      let near = NearestName.of(name, among: used.sorted())
      throw CommandFailure(
        "no check has a $\(name)" + (near.map { "; did you mean '\($0)'?" } ?? ""),
        code: .badRequest)
    }
    return files
  }

  private static func text(_ path: String) throws(CommandFailure) -> String {
    let bytes =
      path == "-"
      ? InputText.standardInput(upTo: fileBytesMax + 1)
      : try InputText.file(path, upTo: fileBytesMax + 1)
    let shown = PrintableText.escaped(path)
    guard bytes.count <= fileBytesMax else {
      let limit = NumberText.bytes(fileBytesMax)
      throw CommandFailure("\(shown): the file is longer than \(limit)", code: .badRequest)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure("\(shown): the file is not UTF-8 text", code: .badRequest)
    }
    return text
  }
}
