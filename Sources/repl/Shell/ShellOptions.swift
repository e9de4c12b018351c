/// What dot commands set and queries use, beside the settings every command shares.
struct ShellOptions {
  var mode = ShellMode.auto
  /// The line below an answer: rows, spans, time, bytes.
  var showsTimer = true
  /// Long answers go through a pager.
  var usesPager = true
  /// Answers go to this file instead of the terminal.
  var outputPath: String?
  /// The next answer does.
  var oncePath: String?
  /// As they were typed: `-1h` means another moment an hour later.
  var times = TimeTexts()
  var aliases: [String: String] = [:]
  /// Statements run after one that failed, where nobody watches.
  var keepsGoing = false

  struct TimeTexts: Equatable {
    var start: String?
    var end: String?
    var since: String?

    var isEmpty: Bool { start == nil && end == nil && since == nil }
  }
}
