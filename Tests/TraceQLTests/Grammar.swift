/// `grammar/traceql.ebnf` as data, to make sentences from.
struct Grammar: Sendable {
  indirect enum Node: Sendable {
    /// A quoted word.
    case word(String)
    /// A token class in capitals.
    case token(String)
    case rule(String)
    case sequence([Node])
    case choice([Node])
    case optional(Node)
    case repeated(Node)
  }

  private(set) var rules: [String: Node] = [:]
  /// The text of each production, blanks made single.
  private(set) var texts: [String: String] = [:]
  /// Least nesting of rules needed to finish each rule.
  private(set) var heights: [String: Int] = [:]

  init(_ source: String) {
    var reader = Reader(Grammar.tokens(source))
    while let name = reader.next() {
      guard reader.next() == "=" else { break }
      let start = reader.position
      rules[name] = reader.choice()
      texts[name] = reader.tokens[start..<reader.position].joined(separator: " ")
      guard reader.next() == ";" else { break }
    }
    measure()
  }

  /// Words, quoted words and symbols; comments left out.
  static func tokens(_ source: String) -> [String] {
    var tokens: [String] = []
    var text = Substring(source)
    while let first = text.first {
      if text.hasPrefix("(*") {
        text = text.firstRange(of: "*)").map { text[$0.upperBound...] } ?? ""
      } else if first.isWhitespace {
        text = text.dropFirst()
      } else if first == "\"" {
        let word = text.dropFirst().prefix { $0 != "\"" }
        tokens.append("\"\(word)\"")
        text = text.dropFirst(word.count + 2)
      } else if first.isLetter {
        let word = text.prefix { $0.isLetter }
        tokens.append(String(word))
        text = text.dropFirst(word.count)
      } else {
        tokens.append(String(first))
        text = text.dropFirst()
      }
    }
    return tokens
  }

  private mutating func measure() {
    var isChanging = true
    while isChanging {
      isChanging = false
      for (name, node) in rules {
        guard let height = height(of: node), height + 1 < heights[name] ?? .max else { continue }
        heights[name] = height + 1
        isChanging = true
      }
    }
  }

  /// Least nesting of a node; nil while unknown.
  func height(of node: Node) -> Int? {
    switch node {
    case .word, .token, .optional, .repeated: return 0
    case .rule(let name): return heights[name]
    case .choice(let nodes): return nodes.compactMap { height(of: $0) }.min()
    case .sequence(let nodes):
      let all = nodes.compactMap { height(of: $0) }
      return all.count == nodes.count ? all.max() ?? 0 : nil
    }
  }

  /// Rules that a node mentions.
  static func references(_ node: Node) -> Set<String> {
    switch node {
    case .word, .token: []
    case .rule(let name): [name]
    case .choice(let nodes), .sequence(let nodes):
      nodes.reduce(into: []) { $0.formUnion(references($1)) }
    case .optional(let inner), .repeated(let inner): references(inner)
    }
  }

  private struct Reader {
    let tokens: [String]
    var position = 0

    init(_ tokens: [String]) { self.tokens = tokens }

    var current: String { position < tokens.count ? tokens[position] : "" }

    mutating func next() -> String? {
      guard position < tokens.count else { return nil }
      position += 1
      return tokens[position - 1]
    }

    mutating func choice() -> Node {
      var nodes = [sequence()]
      while current == "|" {
        position += 1
        nodes.append(sequence())
      }
      return nodes.count == 1 ? nodes[0] : .choice(nodes)
    }

    private mutating func sequence() -> Node {
      var nodes = [atom()]
      while current == "," {
        position += 1
        nodes.append(atom())
      }
      return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func atom() -> Node {
      let token = next() ?? ""
      switch token {
      case "(", "[", "{":
        let inner = choice()
        position += 1
        return token == "[" ? .optional(inner) : token == "{" ? .repeated(inner) : inner
      default:
        if token.hasPrefix("\"") { return .word(String(token.dropFirst().dropLast())) }
        return token.allSatisfy(\.isUppercase) ? .token(token) : .rule(token)
      }
    }
  }
}
