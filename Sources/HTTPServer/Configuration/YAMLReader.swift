import CYAML

/// A YAML file as a list of keys with their values and lines: all a configuration needs.
struct YAMLReader {
  struct Entry: Sendable, Equatable {
    /// Names from the outside in, with dots between.
    var path: String
    /// One for a scalar, any number for a list.
    var values: [String]
    /// Counted from 1.
    var line: Int
    /// Elements of a list that are mappings themselves: texts, or lists of texts, by their names.
    var mappings: [[String: [String]]] = []
    /// Holds something else: deeper mappings, an alias.
    var isUnreadable = false
  }

  private enum Container {
    case mapping(key: String?)
    case list(Entry)
    /// An element of a list.
    case element(key: String?, fields: [String: [String]])
    /// The value of a key of such an element.
    case fieldList([String])
  }

  private var entries: [Entry] = []
  private var open: [Container] = []
  private var names: [String] = []
  /// What is nested deeper is skipped: no key of ours has such a value.
  private var skippedDepth = 0

  /// Every key with a value, in the order of the file.
  static func read(_ text: [UInt8], name: String) throws(ConfigurationError) -> [Entry] {
    var reader = YAMLReader()
    var problem = cyaml_problem()
    let isRead = withUnsafeMutablePointer(to: &reader) { reader in
      cyaml_parse(
        text, text.count, reader,
        { context, event, line, bytes, count, _ in
          guard let context else { return false }
          let text = String(
            decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
          context.assumingMemoryBound(to: YAMLReader.self).pointee.take(
            event, line: line, text: text)
          return true
        }, &problem)
    }
    guard isRead else {
      let message = withUnsafePointer(to: &problem.message) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let place = problem.line > 0 ? ":\(problem.line):\(problem.column)" : ""
      throw ConfigurationError(message: "\(name)\(place): \(message)")
    }
    return reader.entries
  }

  private mutating func take(_ event: cyaml_event, line: Int, text: String) {
    if skippedDepth > 0 {
      switch event {
      case CYAML_MAPPING_START, CYAML_SEQUENCE_START: skippedDepth += 1
      case CYAML_MAPPING_END, CYAML_SEQUENCE_END: skippedDepth -= 1
      default: break
      }
      return
    }
    switch event {
    case CYAML_MAPPING_START: beginMapping(line)
    case CYAML_SEQUENCE_START: beginList(line)
    case CYAML_MAPPING_END, CYAML_SEQUENCE_END: end()
    case CYAML_SCALAR: takeScalar(text, line: line)
    default:
      entries.append(
        Entry(path: names.joined(separator: "."), values: [], line: line, isUnreadable: true))
      closeValue()
    }
  }

  private mutating func beginMapping(_ line: Int) {
    switch open.last {
    case .list: open.append(.element(key: nil, fields: [:]))
    case .element, .fieldList: skip(line)
    case .mapping, nil: open.append(.mapping(key: nil))
    }
  }

  private mutating func beginList(_ line: Int) {
    switch open.last {
    case .element: open.append(.fieldList([]))
    case .list, .fieldList: skip(line)
    case .mapping, nil:
      open.append(.list(Entry(path: names.joined(separator: "."), values: [], line: line)))
    }
  }

  private mutating func skip(_ line: Int) {
    entries.append(
      Entry(path: names.joined(separator: "."), values: [], line: line, isUnreadable: true))
    skippedDepth = 1
    closeField([])
  }

  private mutating func end() {
    switch open.popLast() {
    case .mapping: closeValue()
    case .list(let entry):
      entries.append(entry)
      closeValue()
    case .element(_, let fields):
      if case .list(var entry)? = open.popLast() {
        entry.mappings.append(fields)
        open.append(.list(entry))
      }
    case .fieldList(let values): closeField(values)
    case nil: break
    }
  }

  private mutating func takeScalar(_ text: String, line: Int) {
    switch open.popLast() {
    case .mapping(nil):
      open.append(.mapping(key: text))
      names.append(text)
    case .mapping(.some(let key)):
      open.append(.mapping(key: key))
      entries.append(Entry(path: names.joined(separator: "."), values: [text], line: line))
      closeValue()
    case .list(var entry):
      entry.values.append(text)
      open.append(.list(entry))
    case .element(nil, let fields): open.append(.element(key: text, fields: fields))
    case .element(.some(let key), let fields):
      open.append(.element(key: key, fields: fields))
      closeField([text])
    case .fieldList(let values): open.append(.fieldList(values + [text]))
    case nil:
      // A file that is one word, or empty.
      if !text.isEmpty { entries.append(Entry(path: text, values: [], line: line)) }
    }
  }

  /// The value of a key of an element is complete.
  private mutating func closeField(_ values: [String]) {
    guard case .element(let key?, var fields)? = open.last else { return }
    fields[key] = values
    open[open.count - 1] = .element(key: nil, fields: fields)
  }

  /// The value of a mapping's key is complete.
  private mutating func closeValue() {
    guard case .mapping(.some)? = open.last else { return }
    open[open.count - 1] = .mapping(key: nil)
    names.removeLast()
  }
}
