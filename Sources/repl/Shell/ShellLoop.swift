import CLineEditor
import Engine
import Glibc

/// Reads inputs from the person at the terminal and runs them, until there are no more.
@MainActor
struct ShellLoop {
  private let shell: Shell

  init(_ shell: Shell) { self.shell = shell }

  func run() async throws(CommandFailure) -> ExitCode {
    try await shell.showOverview()
    shell.output.note("TraceQL or dot commands; .help tells more, Ctrl-D leaves\n")
    shell.history = shell.historyFile?.read() ?? []
    let reader = InputReader(shell)
    while !shell.isOver {
      switch reader.read() {
      case .cancelled: continue
      case .endOfInput: return .answered
      case .input(let text):
        guard text.contains(where: { !$0.isWhitespace }) else { continue }
        shell.remember(text)
        reader.remember(text)
        Interruption.note()
        _ = await shell.run(HabitWords.command(text) ?? text)
        Interruption.stopNoting()
      }
    }
    return .answered
  }
}

/// The best way of reading lines there is: keys through the line editor, or plain lines.
@MainActor
private final class InputReader {
  private let editor: LineEditor?
  private let prompt = "traceql> "
  private let continuation = "      -> "
  private var lines = InputLines()

  init(_ shell: Shell) {
    guard !TerminalKind.isDumb, StandardStream.output.isTerminal, let wakePipe = shell.wakePipe,
      le_load()
    else {
      editor = nil
      return
    }
    let completer = Completer(facts: shell.completionFacts)
    editor = LineEditor(
      advice: .init(
        isComplete: { HabitWords.command($0) != nil || !StatementScanner.scan($0).isOpen },
        highlight: { Highlighter.spans(in: $0, cursor: $1) },
        complete: { [unowned shell] text, cursor, patience in
          MainActor.assumeIsolated { shell.listDeadline = .now + patience }
          return completer.complete(text, at: cursor)
        },
        anticipate: { [unowned shell] text, cursor in
          let fields = completer.fields(before: text, at: cursor)
          if !fields.isEmpty { MainActor.assumeIsolated { shell.anticipate(fields) } }
        }, patience: Shell.listPatience),
      wakePipe: wakePipe, style: shell.session.terminal.outputStyle)
    for entry in shell.history { editor?.remember(entry) }
  }

  func remember(_ text: String) { editor?.remember(text) }

  func read() -> LineEditor.Outcome {
    if let editor { return editor.read(prompt: prompt) }
    var text = ""
    while true {
      StandardStream.output.write(text.isEmpty ? prompt : continuation)
      guard let line = lines.next() else {
        return text.isEmpty ? .endOfInput : .input(text)
      }
      text += (text.isEmpty ? "" : "\n") + line
      // An empty line ends what looks unfinished.
      if !StatementScanner.scan(text).isOpen || line.isEmpty { return .input(text) }
    }
  }
}
