import Server

// Values as text, in both directions, by the table.
extension Configuration {
  /// Sets the key at `path`; false if there is none. `where` begins the sentence of an error.
  mutating func set(
    _ path: String, to texts: [String], where place: String
  ) throws(ConfigurationError) -> Bool {
    guard let key = ConfigurationTable.keys.first(where: { $0.path == path }) else { return false }
    let text = texts.first ?? ""
    func wrong(_ wanted: String) -> ConfigurationError {
      ConfigurationError(message: "\(place)\(path) cannot be '\(text)'. It is \(wanted).")
    }
    guard texts.count == 1 || key.isList else {
      throw ConfigurationError(message: "\(place)\(path) has \(texts.count) values; it takes one")
    }
    switch key.field {
    case .text(let field): self[keyPath: field] = text
    case .list(let field): self[keyPath: field] = texts.filter { !$0.isEmpty }
    case .choice(let field, let choices):
      guard choices.contains(text) else {
        throw wrong("one of " + choices.joined(separator: ", "))
      }
      self[keyPath: field] = text
    case .flag(let field):
      switch text.lowercased() {
      case "true", "yes", "on": self[keyPath: field] = true
      case "false", "no", "off": self[keyPath: field] = false
      default: throw wrong("true or false")
      }
    case .count(let field, let floor):
      guard let value = Int(text), value >= floor, value <= Int(Int32.max) else {
        throw wrong("a whole number, \(floor) or more")
      }
      self[keyPath: field] = value
    case .bytes(let field):
      guard let value = ByteCountText.parse(text) else {
        throw wrong("a size: 512MB, 2GiB or a number of bytes")
      }
      self[keyPath: field] = value
    case .length(let field):
      guard let value = GoDurationText.parse(text), value >= 0 else {
        throw wrong("a length of time: 500ms, 30s, 1h30m; 0 is none")
      }
      self[keyPath: field] = Length(nanoseconds: value)
    }
    return true
  }

  /// Takes the value of one key from another configuration.
  mutating func copy(_ key: ConfigurationTable.Key, from other: Configuration) {
    switch key.field {
    case .text(let field), .choice(let field, _): self[keyPath: field] = other[keyPath: field]
    case .list(let field): self[keyPath: field] = other[keyPath: field]
    case .flag(let field): self[keyPath: field] = other[keyPath: field]
    case .count(let field, _), .bytes(let field): self[keyPath: field] = other[keyPath: field]
    case .length(let field): self[keyPath: field] = other[keyPath: field]
    }
  }

  /// The configuration as a file, with what each key means.
  package var printed: String { yaml(.all, isCommented: true) }

  /// The value of a key as a configuration file has it.
  func text(of key: ConfigurationTable.Key) -> String {
    switch key.field {
    case .text(let field), .choice(let field, _): YAMLText.scalar(self[keyPath: field])
    case .list(let field):
      "[" + self[keyPath: field].map(YAMLText.scalar).joined(separator: ", ") + "]"
    case .flag(let field): String(self[keyPath: field])
    case .count(let field, _), .bytes(let field): String(self[keyPath: field])
    case .length(let field): GoDurationText.format(self[keyPath: field].nanoseconds)
    }
  }

  enum Printed: Sendable { case all, changed, defaults }

  /// The configuration as a YAML file; `isCommented` adds what each key means.
  func yaml(_ printed: Printed = .all, isCommented: Bool = false) -> String {
    let shown = printed == .defaults ? Configuration() : self
    var lines: [String] = []
    var open: [Substring] = []
    for key in ConfigurationTable.keys {
      let text = shown.text(of: key)
      if printed == .changed, text == Configuration().text(of: key) { continue }
      let parts = key.path.split(separator: ".")
      var depth = 0
      while depth < parts.count - 1, depth < open.count, open[depth] == parts[depth] { depth += 1 }
      open = Array(parts.dropLast())
      for level in depth..<parts.count - 1 {
        lines.append(String(repeating: "  ", count: level) + parts[level] + ":")
      }
      let indent = String(repeating: "  ", count: parts.count - 1)
      if isCommented { lines.append("\(indent)# \(key.summary)") }
      lines.append("\(indent)\(parts[parts.count - 1]): \(text)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Scalars as YAML writes them: quoted where they would be read as something else.
enum YAMLText {
  static func scalar(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "/._-".utf8.contains($0)
      }
      && text.utf8.first != UInt8(ascii: "-") && Double(text) == nil
      && !["true", "false", "yes", "no", "on", "off", "null", "."].contains(text.lowercased())
    if isPlain { return text }
    let escaped = text.flatMap { character -> String in
      switch character {
      case "\"", "\\": "\\\(character)"
      case "\n": "\\n"
      case "\t": "\\t"
      default: String(character)
      }
    }
    return "\"" + String(escaped) + "\""
  }
}

/// `512MB`, `2GiB`, `1048576`: sizes.
enum ByteCountText {
  private static let units: [(name: String, bytes: Int)] = [
    ("", 1), ("b", 1), ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("kib", 1 << 10),
    ("mib", 1 << 20), ("gib", 1 << 30), ("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30),
  ]

  static func parse(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let name = text[digits.endIndex...].lowercased().drop { $0 == " " }
    guard let number = Int(digits), let unit = units.first(where: { $0.name == name }) else {
      return nil
    }
    let (product, overflows) = number.multipliedReportingOverflow(by: unit.bytes)
    return overflows ? nil : product
  }
}
