/// A setting of the shell: `.set NAME VALUE`, and for some a dot command of their own.
struct ShellSetting: Sendable {
  var name: String
  var summary: String
  var argument: CommandArgument
  var value: @MainActor @Sendable (Shell) -> String
  /// Takes the word; says what it wants where it cannot.
  var change: @MainActor @Sendable (Shell, String) throws(CommandFailure) -> Void

  static func named(_ name: String) throws(CommandFailure) -> ShellSetting {
    if let setting = all.first(where: { $0.name == name }) { return setting }
    let near = NearestName.of(name, among: all.map(\.name))
    throw CommandFailure(
      text: "no setting '\(PrintableText.escaped(name))'"
        + (near.map { "; did you mean '\($0)'?" } ?? "; .set lists them") + "\n",
      code: .badRequest)
  }

  static func refused(_ name: String, _ word: String, _ hint: String) -> CommandFailure {
    CommandFailure(
      text: "\(name) cannot be '\(PrintableText.escaped(word))'; \(hint)\n", code: .badRequest)
  }
}

extension ShellSetting {
  static let all: [ShellSetting] =
    answerSettings + timeSettings + effortSettings

  private static let answerSettings: [ShellSetting] = [
    ShellSetting(
      name: "mode", summary: "how answers are shown",
      argument: .choice(ShellMode.allCases.map(\.rawValue)),
      value: { $0.options.mode.rawValue },
      change: { shell, word throws(CommandFailure) in
        guard let mode = ShellMode(rawValue: word) else {
          let all = ShellMode.allCases.map(\.rawValue).joined(separator: ", ")
          throw refused("mode", word, "it is one of \(all)")
        }
        shell.options.mode = mode
      }),
    ShellSetting(
      name: "limit", summary: "traces shown, newest first; 0 for all", argument: .number,
      value: { String($0.session.settings.limit) },
      change: { shell, word throws(CommandFailure) in
        guard let limit = Int(word), limit >= 0 else {
          throw refused("limit", word, "it is a whole number, 0 for all")
        }
        shell.session.settings.limit = limit
        shell.session.settings.givenLimit = limit
      }),
    ShellSetting(
      name: "rows", summary: "a row per trace, or per matched span",
      argument: .choice(RowKind.allCases.map(\.rawValue)),
      value: { $0.session.settings.rows.rawValue },
      change: { shell, word throws(CommandFailure) in
        guard let rows = RowKind(rawValue: word) else {
          throw refused("rows", word, "it is traces or spans")
        }
        shell.session.settings.rows = rows
      }),
    toggle(
      "timer", "the line of numbers below an answer",
      get: { $0.options.showsTimer }, set: { $0.options.showsTimer = $1 }),
    toggle(
      "pager", "a pager for what the screen cannot hold",
      get: { $0.output.usesPager }, set: { $0.output.usesPager = $1 }),
    toggle(
      "utc", "times in UTC, else local", get: { $0.session.settings.zone == .utc },
      set: { $0.session.settings.zone = $1 ? .utc : .local }),
  ]

  private static let timeSettings: [ShellSetting] = [
    time(
      "since", "only what is that young: 1h; off for all", \.since, others: [\.start]),
    time(
      "start", "only from then on: 2026-01-15, -1h", \.start,
      others: [\.since]),
    time("end", "only up to then, written like start", \.end, others: []),
    ShellSetting(
      name: "step", summary: "distance of samples in metrics, or auto",
      argument: .duration,
      value: {
        $0.session.settings.stepNanoseconds.map {
          DurationText.format(nanoseconds: Int64(clamping: $0))
        } ?? "auto"
      },
      change: { shell, word throws(CommandFailure) in
        if word == "auto" || word == "off" {
          shell.session.settings.stepNanoseconds = nil
          return
        }
        guard let step = DurationText.parse(word), step > 0 else {
          throw refused("step", word, "it is a length of time, 15s, or auto")
        }
        shell.session.settings.stepNanoseconds = step
        shell.session.settings.isInstant = false
      }),
    toggle(
      "instant", "metrics as one value of the whole range",
      get: { $0.session.settings.isInstant },
      set: {
        $0.session.settings.isInstant = $1
        if $1 { $0.session.settings.stepNanoseconds = nil }
      }),
  ]

  private static let effortSettings: [ShellSetting] = [
    ShellSetting(
      name: "timeout", summary: "ends a query after that long, or off",
      argument: .duration,
      value: {
        $0.session.settings.timeoutNanoseconds.map {
          DurationText.format(nanoseconds: Int64(clamping: $0))
        } ?? "off"
      },
      change: { shell, word throws(CommandFailure) in
        if word == "off" {
          shell.session.settings.timeoutNanoseconds = nil
          return
        }
        guard let limit = DurationText.parse(word), limit > 0 else {
          throw refused("timeout", word, "it is a length of time, 30s, or off")
        }
        shell.session.settings.timeoutNanoseconds = limit
      }),
    ShellSetting(
      name: "threads", summary: "worker threads of a query", argument: .number,
      value: { String($0.session.threadCount) },
      change: { shell, word throws(CommandFailure) in
        guard let count = Int(word), (1...1_024).contains(count) else {
          throw refused("threads", word, "it is a number from 1 to 1024")
        }
        shell.session.settings.threadCount = count
      }),
    ShellSetting(
      name: "scope", summary: "whole traces, or parts (fragment) alone",
      argument: .choice(["whole", "fragment"]),
      value: { $0.session.settings.judgesWholeTraces ? "whole" : "fragment" },
      change: { shell, word throws(CommandFailure) in
        guard word == "whole" || word == "fragment" else {
          throw refused("scope", word, "it is whole or fragment")
        }
        shell.session.settings.judgesWholeTraces = word == "whole"
      }),
  ]

  private static func toggle(
    _ name: String, _ summary: String, get: @escaping @MainActor @Sendable (Shell) -> Bool,
    set: @escaping @MainActor @Sendable (Shell, Bool) -> Void
  ) -> ShellSetting {
    ShellSetting(
      name: name, summary: summary, argument: .choice(["on", "off"]),
      value: { get($0) ? "on" : "off" },
      change: { shell, word throws(CommandFailure) in
        guard word == "on" || word == "off" else { throw refused(name, word, "it is on or off") }
        set(shell, word == "on")
      })
  }

  private static func time(
    _ name: String, _ summary: String,
    _ place: any WritableKeyPath<ShellOptions.TimeTexts, String?> & Sendable,
    others: [any WritableKeyPath<ShellOptions.TimeTexts, String?> & Sendable]
  ) -> ShellSetting {
    ShellSetting(
      name: name, summary: summary, argument: name == "since" ? .duration : .time,
      value: { $0.options.times[keyPath: place] ?? "off" },
      change: { shell, word throws(CommandFailure) in
        var times = shell.options.times
        let isOff = word == "off" || word == "all"
        times[keyPath: place] = isOff ? nil : word
        if !isOff { for other in others { times[keyPath: other] = nil } }
        try shell.apply(times)
      })
  }
}
