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
    /// Holds something else than texts: a list of mappings, an alias.
    var isUnreadable = false
  }

  private enum Container {
    case mapping(key: String?)
    case list(path: String, line: Int, values: [String])
  }

  private var entries: [Entry] = []
  private var open: [Container] = []
  private var names: [String] = []
  /// Mappings inside lists are skipped: no key of ours has such a value.
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
    case CYAML_MAPPING_START:
      if case .list(let path, let line, _)? = open.last {
        entries.append(Entry(path: path, values: [], line: line, isUnreadable: true))
        skippedDepth = 1
      } else {
        open.append(.mapping(key: nil))
      }
    case CYAML_MAPPING_END:
      open.removeLast()
      closeValue()
    case CYAML_SEQUENCE_START:
      open.append(.list(path: names.joined(separator: "."), line: line, values: []))
    case CYAML_SEQUENCE_END:
      if case .list(let path, let line, let values)? = open.popLast() {
        entries.append(Entry(path: path, values: values, line: line))
      }
      closeValue()
    case CYAML_SCALAR: takeScalar(text, line: line)
    default:
      entries.append(
        Entry(path: names.joined(separator: "."), values: [], line: line, isUnreadable: true))
      closeValue()
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
    case .list(let path, let first, let values):
      open.append(.list(path: path, line: first, values: values + [text]))
    case nil:
      // A file that is one word, or empty.
      if !text.isEmpty { entries.append(Entry(path: text, values: [], line: line)) }
    }
  }

  /// The value of a mapping's key is complete.
  private mutating func closeValue() {
    guard case .mapping(.some)? = open.last else { return }
    open[open.count - 1] = .mapping(key: nil)
    names.removeLast()
  }
}
