/// Writes outcomes in the format asked for, each as soon as it is there where the format allows.
struct CheckPrinter {
  private let format: OutputFormat
  private let report: CheckReport
  private let startSeconds: UInt64
  private var shownCount = 0

  init(_ session: Session, checkCount: Int) {
    format = session.settings.format
    report = CheckReport(style: session.terminal.outputStyle)
    startSeconds = session.nowNanoseconds / 1_000_000_000
    if format == .tap { StandardStream.output.write(TAPReport.heading(checkCount: checkCount)) }
  }

  mutating func begin(_ file: String) {
    guard format == .text else { return }
    let gap = shownCount > 0 ? "\n" : ""
    StandardStream.output.write(gap + report.heading(file) + "\n")
  }

  mutating func show(_ outcome: CheckOutcome) {
    shownCount += 1
    switch format {
    case .tap: StandardStream.output.write(TAPReport.lines(outcome, number: shownCount))
    case .text:
      StandardStream.output.write(report.lines(outcome).joined(separator: "\n") + "\n")
    default: break
    }
  }

  func finish(_ outcomes: [CheckOutcome], elapsedNanoseconds: UInt64) {
    let counts = CheckCounts(outcomes)
    let footer = report.footer(counts, elapsedNanoseconds: elapsedNanoseconds)
    switch format {
    case .text: StandardStream.output.write("\n" + footer + "\n")
    case .junit:
      StandardStream.output.write(JUnitReport.text(outcomes, startSeconds: startSeconds))
    default: break
    }
  }
}
