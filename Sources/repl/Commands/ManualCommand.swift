/// `traceql man`: the manual page.
enum ManualCommand {
  static func run() -> ExitCode {
    StandardStream.output.write(ManualPage.text())
    return .answered
  }
}
