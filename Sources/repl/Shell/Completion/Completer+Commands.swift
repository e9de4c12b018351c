extension Completer {
  /// The statement from byte `start` is a dot command, or may become one.
  func command(_ bytes: [UInt8], start: Int, cursor: Int) -> CompletionList {
    let first = bytes[start..<cursor].firstIndex { $0 > 0x20 } ?? cursor
    let wordEnd = bytes[first..<cursor].firstIndex { $0 <= 0x20 }
    guard let wordEnd else {
      let typed = String(decoding: bytes[first..<cursor], as: UTF8.self)
      let found = facts.commands.filter { $0.name.hasPrefix(typed) }
      return CompletionList(
        replacing: first..<cursor,
        candidates: found.map { Candidate($0.name, kind: .command, note: $0.summary) })
    }
    let name = String(decoding: bytes[first..<wordEnd], as: UTF8.self)
    guard let command = facts.commands.first(where: { $0.name == name }) else {
      return CompletionList(replacing: cursor..<cursor)
    }
    let words = Self.words(bytes, wordEnd..<cursor)
    let current = words.last.flatMap { $0.upperBound == cursor ? $0 : nil } ?? cursor..<cursor
    let index = words.count - (current.isEmpty ? 0 : 1)
    let arguments = command.arguments
    // The query is the rest of the line, wherever it begins.
    if let brace = bytes[wordEnd..<cursor].firstIndex(of: UInt8(ascii: "{")),
      arguments.contains(.query)
    {
      return query(bytes, start: brace, cursor: cursor)
    }
    guard let kind = index < arguments.count ? arguments[index] : arguments.last else {
      return CompletionList(replacing: cursor..<cursor)
    }
    return argument(kind, bytes, current)
  }

  private func argument(
    _ kind: CommandArgument, _ bytes: [UInt8], _ word: Range<Int>
  ) -> CompletionList {
    let typed = String(decoding: bytes[word], as: UTF8.self)
    func list(_ words: [String], _ kind: Candidate.Kind) -> CompletionList {
      CompletionList(
        replacing: word,
        candidates: words.filter { $0.hasPrefix(typed) }.map { Candidate($0, kind: kind) })
    }
    switch kind {
    case .query: return query(bytes, start: word.lowerBound, cursor: word.upperBound)
    case .field: return fields(typed, word)
    case .file: return list(facts.files(typed), .file)
    case .choice(let words): return list(words, .word)
    case .command: return list(facts.commands.map { String($0.name.dropFirst()) }, .command)
    case .source: return list(facts.words(.source) + facts.files(typed), .file)
    case .parameter, .trace, .span: return list(facts.words(kind), .word)
    case .duration, .time: return list(["15m", "1h", "6h", "24h", "7d"], .word)
    case .number, .text: return CompletionList(replacing: word)
    }
  }

  /// Fields with their scopes: what may stand behind a brace, without the rest of the language.
  private func fields(_ typed: String, _ word: Range<Int>) -> CompletionList {
    let braces = Array("{ \(typed)".utf8)
    var list = query(braces, start: 0, cursor: braces.count)
    list.candidates = list.candidates.filter { $0.kind == .name || $0.note == "intrinsic" }
    list.replacing = word
    if let dot = typed.lastIndex(of: "."),
      !list.candidates.allSatisfy({ $0.text.hasPrefix(typed) }),
      let first = list.candidates.first, !first.text.contains(typed)
    {
      // Behind a scope the candidates are bare names.
      let scope = scopeLength(typed, dot)
      list.replacing = word.lowerBound + scope..<word.upperBound
    }
    return list
  }

  private func scopeLength(_ typed: String, _ dot: String.Index) -> Int {
    let scopes = ["resource.", "span.", "event.", "link.", "instrumentation."]
    return scopes.first { typed.hasPrefix($0) }?.utf8.count ?? 0
  }

  private static func words(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start: Int?
    for index in range {
      if bytes[index] > 0x20 {
        start = start ?? index
      } else if let begun = start {
        words.append(begun..<index)
        start = nil
      }
    }
    if let start { words.append(start..<range.upperBound) }
    return words
  }
}
