extension Shell {
  /// Takes times over if they make a range.
  func apply(_ times: ShellOptions.TimeTexts) throws(CommandFailure) {
    _ = try range(of: times)
    options.times = times
  }

  /// The range of times that queries are about; nil for everything there is.
  func currentRange() throws(CommandFailure) -> ClosedRange<UInt64>? {
    options.times.isEmpty ? session.settings.timeRange : try range(of: options.times)
  }

  /// Interprets times as the command line does.
  private func range(
    of times: ShellOptions.TimeTexts
  ) throws(CommandFailure) -> ClosedRange<UInt64>? {
    var arguments = ParsedArguments(request: .run(.query))
    for (flag, text) in [(Flag.Name.start, times.start), (.end, times.end), (.since, times.since)] {
      if let text { arguments.values[flag] = [text] }
    }
    if session.settings.zone == .utc { arguments.values[.utc] = [""] }
    do throws(UsageError) {
      return try Settings(arguments, nowNanoseconds: Clock.nowNanoseconds()).timeRange
    } catch {
      // The flags' names with the commands' dots.
      let message = error.message.replacing("--", with: ".")
      throw CommandFailure(
        text: message + (error.hint.map { "\n" + $0 } ?? "") + "\n", code: .badRequest)
    }
  }
}

extension String {
  fileprivate func replacing(_ part: String, with other: String) -> String {
    var result = ""
    var rest = self[...]
    while let first = rest.first {
      if rest.hasPrefix(part) {
        result += other
        rest = rest.dropFirst(part.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}
