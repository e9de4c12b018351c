/// Going back and forth in history: through the entries that begin with what has been typed.
package struct HistoryWalk: Sendable {
  private let entries: [String]
  private let typed: String
  /// `entries.count` stands for what was typed.
  private var index: Int

  /// Starts at the end, with what stands on the line.
  package init(_ entries: [String], typed: String) {
    self.entries = entries
    self.typed = typed
    index = entries.count
  }

  /// The entry before, skipping repeats of the one shown; nil at the beginning.
  package mutating func older() -> String? {
    let shown = current
    guard
      let found = entries[..<index].lastIndex(where: { $0.hasPrefix(typed) && $0 != shown })
    else { return nil }
    index = found
    return entries[found]
  }

  /// The entry after, at the end what was typed; nil if that is shown already.
  package mutating func newer() -> String? {
    guard index < entries.count else { return nil }
    let shown = current
    let found = entries[(index + 1)...].firstIndex { $0.hasPrefix(typed) && $0 != shown }
    index = found ?? entries.count
    return current
  }

  private var current: String { index < entries.count ? entries[index] : typed }
}
