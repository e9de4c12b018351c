/// The list below the input, and which of its candidates has been put there by Tab.
struct CompletionMenu {
  var list: CompletionList
  /// The input the list was made for.
  var text: String
  var cursor: Int32
  private(set) var selected: Int?
  /// Bytes of the input that hold the choice.
  var inserted: Range<Int>

  init(_ list: CompletionList, text: String, cursor: Int32) {
    self.list = list
    self.text = text
    self.cursor = cursor
    inserted = list.replacing
  }

  var isPending: Bool { list.isPending }
  var choice: Candidate? { selected.map { list.candidates[$0] } }

  mutating func move(forward: Bool) {
    let count = list.candidates.count
    guard count > 0 else { return }
    guard let selected else {
      self.selected = forward ? 0 : count - 1
      return
    }
    self.selected = (selected + (forward ? 1 : count - 1)) % count
  }
}
