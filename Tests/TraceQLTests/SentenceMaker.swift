/// Random sentences of a grammar.
struct SentenceMaker {
  let grammar: Grammar
  var random: SeededRandom
  private var text = ""

  init(_ grammar: Grammar, seed: UInt64) {
    self.grammar = grammar
    random = SeededRandom(seed: seed)
  }

  /// A sentence of `rule`, not nested deeper than `depth` where it can be helped.
  mutating func sentence(of rule: String, depth: Int) -> String {
    text = ""
    add(.rule(rule), depth)
    return text
  }

  private mutating func add(_ node: Grammar.Node, _ depth: Int) {
    switch node {
    case .word(let word): append(word)
    case .token(let token): append(lexeme(token))
    case .rule(let name): if let node = grammar.rules[name] { add(node, depth - 1) }
    case .sequence(let nodes): for node in nodes { add(node, depth) }
    case .optional(let inner): if depth > 0, random.chance(40) { add(inner, depth) }
    case .repeated(let inner):
      var count = 0
      while depth > 0, count < 2, random.chance(30) {
        add(inner, depth)
        count += 1
      }
    case .choice(let nodes):
      let fitting = nodes.filter { (grammar.height(of: $0) ?? .max) < depth }
      let least = nodes.compactMap { grammar.height(of: $0) }.min() ?? 0
      add(
        random.pick(fitting.isEmpty ? nodes.filter { grammar.height(of: $0) == least } : fitting),
        depth)
    }
  }

  /// Blanks everywhere but behind a scope's dot.
  private mutating func append(_ word: String) {
    if !text.isEmpty, !text.hasSuffix(".") || word.first?.isPunctuation == true && word != "\"a b\""
    {
      text += " "
    }
    text += word
  }

  private mutating func lexeme(_ token: String) -> String {
    switch token {
    case "INT": random.pick(["1", "2", "3", "17", "500", "9223372036854775807"])
    case "FLOAT": random.pick(["0.5", ".25", "1e3", "0.99"])
    case "DURATION": random.pick(["1s", "1h30m", "250ms", "2d", "1.5h"])
    case "STRING": random.pick(["\"x\"", "`a.*`", "\"q\\\"t\"", "`\"`", "\"`\"", "\"\""])
    case "IDENT": random.pick(["most_recent", "a", "_x1"])
    case "PARAMETER": "$count"
    case "NAME": random.pick(["a", "http.status_code", "\"a b\"", "x-1", "日本", "a\"=\"b"])
    default: random.pick(["service.name", "http.method", "error.type"])
    }
  }
}
