import Remote

extension CommandFailure {
  init(_ error: RemoteError) {
    let code: ExitCode =
      switch error {
      case .refused(status: 400..<500, _): .badRequest
      case .cancelled: .interrupted
      default: .unreadable
      }
    self.init(PrintableText.escaped("\(error)"), code: code)
  }
}
