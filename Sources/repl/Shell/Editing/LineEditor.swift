import CLineEditor
import Glibc

/// Reads one input from the terminal: keys by readline, the picture by ourselves.
///
/// Used from one thread. Sleeps in `poll` until a key, a signal or news of the catalogue comes.
final class LineEditor {
  /// What the shell knows and the editor does not.
  struct Advice {
    /// Whether Enter runs the text or starts another line.
    var isComplete: (String) -> Bool
    var highlight: (_ text: String, _ cursor: Int?) -> [HighlightSpan]
    /// What fits at a byte offset; waits at most so long for what is not known.
    var complete: (_ text: String, _ cursor: Int, _ patience: Duration) -> CompletionList
    /// The text has changed: something may be wanted soon.
    var anticipate: (_ text: String, _ cursor: Int) -> Void
    /// How long a key press may wait for a list.
    var patience: Duration
  }

  enum Outcome {
    case input(String)
    /// Ctrl-C.
    case cancelled
    /// Ctrl-D, or the terminal is gone.
    case endOfInput
  }

  private let advice: Advice
  private let wakePipe: WakePipe
  private let style: TextStyle
  private var painter = FramePainter()
  private var prompt = ""
  /// History of this and earlier sessions, oldest first.
  private var entries: [String] = []
  private var walk: HistoryWalk?
  private var menu: CompletionMenu?

  init(advice: Advice, wakePipe: WakePipe, style: TextStyle) {
    self.advice = advice
    self.wakePipe = wakePipe
    self.style = style
  }

  func remember(_ entry: String) {
    guard entries.last != entry else { return }
    entries.append(entry)
    le_add_history(entry)
  }

  /// Lets a person edit until Enter finds the input complete.
  func read(prompt: String) -> Outcome {
    self.prompt = prompt
    (walk, menu) = (nil, nil)
    wakePipe.catchSignals()
    le_begin()
    draw()
    let outcome = loop()
    StandardStream.output.write(painter.leave())
    if case .endOfInput = outcome {} else { le_end() }
    wakePipe.releaseSignals()
    return outcome
  }

  private func loop() -> Outcome {
    while true {
      var ready = [
        pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wakePipe.readEnd, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&ready, 2, -1)
      if ready[1].revents != 0, let outcome = takeEvents() { return outcome }
      if ready[0].revents & Int16(POLLIN) != 0 {
        if let outcome = takeKeys() { return outcome }
      } else if ready[0].revents != 0 {
        return .endOfInput
      }
    }
  }

  // MARK: Events

  private func takeEvents() -> Outcome? {
    for event in wakePipe.takeEvents() {
      switch event {
      case .interrupt:
        menu = nil
        draw(isFinal: true)
        StandardStream.output.write("^C")
        return .cancelled
      case .terminate: return .endOfInput
      case .resize:
        StandardStream.output.write(painter.resize(to: WindowSize.current.columns))
        draw()
      case .resume:
        le_resume()
        painter = FramePainter()
        draw()
      case .news:
        guard menu?.isPending == true else { continue }
        refreshMenu()
        draw()
      }
    }
    return nil
  }

  // MARK: Keys

  private func takeKeys() -> Outcome? {
    let typedBefore = text
    repeat {
      let (before, cursor) = (text, le_point())
      switch le_read_key() {
      case LE_KEY_END_OF_INPUT: return .endOfInput
      case LE_KEY_ENTER:
        if let outcome = enter() { return outcome }
      case LE_KEY_TAB: tab(forward: true)
      case LE_KEY_BACKTAB: tab(forward: false)
      case LE_KEY_UP: up()
      case LE_KEY_DOWN: down()
      case LE_KEY_REDRAW: StandardStream.output.write(painter.clearScreen())
      default:
        // In the middle of a key of several bytes nothing has changed yet.
        if text != before { walk = nil }
        if text != before || le_point() != cursor { menu = nil }
      }
    } while hasMoreKeys
    draw()
    if text != typedBefore { advice.anticipate(text, Int(le_point())) }
    return nil
  }

  /// Pasted text is drawn once, not letter by letter.
  private var hasMoreKeys: Bool {
    var ready = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    return poll(&ready, 1, 0) > 0 && ready.revents & Int16(POLLIN) != 0
  }

  private func enter() -> Outcome? {
    if menu?.selected != nil {
      // Enter takes the choice; the next one runs the input.
      menu = nil
      return nil
    }
    menu = nil
    let input = text
    // An empty last line ends what looks unfinished.
    guard advice.isComplete(input) || input.hasSuffix("\n") else {
      le_replace(le_point(), le_point(), "\n")
      return nil
    }
    draw(isFinal: true)
    return .input(input)
  }

  private func up() {
    menu = nil
    let lines = LinePosition(text, cursor: Int(le_point()))
    if let target = lines.above, walk == nil { return le_set_point(Int32(target)) }
    if walk == nil { walk = HistoryWalk(entries, typed: text) }
    if let entry = walk?.older() { show(entry) }
  }

  private func down() {
    menu = nil
    let lines = LinePosition(text, cursor: Int(le_point()))
    if let target = lines.below, walk == nil { return le_set_point(Int32(target)) }
    if let entry = walk?.newer() { show(entry) }
  }

  private func show(_ entry: String) { le_replace(0, Int32(text.utf8.count), entry) }

  // MARK: Completion

  private func tab(forward: Bool) {
    if menu != nil, menu?.list.candidates.isEmpty == false {
      menu?.move(forward: forward)
      insertChoice()
      return
    }
    var list = advice.complete(text, Int(le_point()), advice.patience)
    let start = list.replacing
    let typed = Self.slice(text, start)
    if list.candidates.count == 1, !list.isPending, let only = list.candidates.first {
      le_replace(Int32(start.lowerBound), Int32(start.upperBound), only.text)
      return
    }
    let shared = list.sharedStart
    if shared.utf8.count > typed.utf8.count, shared.hasPrefix(typed) {
      le_replace(Int32(start.lowerBound), Int32(start.upperBound), shared)
      list = advice.complete(text, Int(le_point()), .zero)
    }
    menu = CompletionMenu(list, text: text, cursor: le_point())
  }

  private func insertChoice() {
    guard let menu, let choice = menu.choice else { return }
    let range = menu.inserted
    le_replace(Int32(range.lowerBound), Int32(range.upperBound), choice.text)
    self.menu?.inserted = range.lowerBound..<range.lowerBound + choice.text.utf8.count
  }

  /// Counts became known: the same list with them, unless one is being chosen already.
  private func refreshMenu() {
    guard let menu, menu.selected == nil else { return }
    let list = advice.complete(menu.text, Int(menu.cursor), .zero)
    self.menu = CompletionMenu(list, text: menu.text, cursor: menu.cursor)
  }

  // MARK: Drawing

  private var text: String { String(cString: le_text()) }

  private func draw(isFinal: Bool = false) {
    let size = WindowSize.current
    let message = le_message().map { String(cString: $0) }
    let text = text
    let cursor = isFinal ? text.utf8.count : Int(le_point())
    let shownPrompt = message ?? prompt
    var content = EditorFrame.Content(
      prompt: shownPrompt,
      continuation: DisplayWidth.leftPadded("-> ", to: DisplayWidth.of(shownPrompt)),
      text: text, spans: advice.highlight(text, isFinal ? nil : cursor), cursor: cursor,
      style: style)
    if let menu, !isFinal {
      content.below = CandidateGrid.rows(
        menu.list, selected: menu.selected, width: size.columns,
        rowsMax: max(3, size.rows * 2 / 5), style: style)
    }
    let frame = EditorFrame(content, width: size.columns, height: size.rows)
    StandardStream.output.write(painter.paint(frame))
  }

  private static func slice(_ text: String, _ range: Range<Int>) -> String {
    String(decoding: Array(text.utf8)[range], as: UTF8.self)
  }
}
