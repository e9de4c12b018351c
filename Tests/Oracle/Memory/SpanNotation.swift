/// Reads traces written as an indented list of spans:
///
///     trace t1 @id=5431
///     resource service.name="api" foo="r"
///     scope lib @version="1.2"
///     A x="l" @kind=server @start=5ms @duration=10ms
///       * exception k="v1" @at=1ms
///       -> @trace=ab @span=cd k=1
///       B arr=["x","y"] nothing=[]
///
/// A deeper span is a child of the one above it. Words after a span's label are attributes; words
/// with `@` are what every span has. `*` starts an event and `->` a link of the span above.
/// `resource` and `scope` hold for the spans that follow. Without a `trace` line the trace is `t`.
package struct SpanNotation {
  private(set) var traces: [StoredTrace] = []
  /// Spans that may still get children: indentation and ID.
  private var open: [(indent: Int, id: [UInt8])] = []
  private var spanCount = 0

  /// When spans start that do not say so: 1000 s after the epoch.
  package static let epoch: Int64 = 1_000_000_000_000

  package struct Failure: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
  }

  package static func traces(_ lines: [String]) throws -> [StoredTrace] {
    var notation = SpanNotation()
    for line in lines { try notation.read(line) }
    return notation.traces
  }

  private mutating func read(_ line: String) throws {
    let indent = line.prefix { $0 == " " }.count
    var words = try Self.words(line)
    guard !words.isEmpty else { return }
    let head = words.removeFirst()
    switch head {
    case "trace": try startTrace(words)
    case "resource":
      try changeBatch { $0.resource = try Self.attributes(words) }
    case "scope":
      try changeBatch { batch in
        batch.scope = StoredScope()
        if let name = words.first, !name.contains("=") {
          batch.scope.name = name
          words.removeFirst()
        }
        batch.scope.version = try Self.special("version", words)?.text ?? ""
        batch.scope.attributes = try Self.attributes(words)
      }
    case "*": try changeLastSpan { $0.events.append(try Self.event(words)) }
    case "->": try changeLastSpan { $0.links.append(try Self.link(words)) }
    default: try addSpan(head, words, indent)
    }
  }

  // MARK: Parts

  private mutating func startTrace(_ words: [String]) throws {
    guard let label = words.first else { throw Failure(description: "trace lacks a label") }
    var id = [UInt8](repeating: 0xB0, count: 16)
    id[15] = UInt8(truncatingIfNeeded: traces.count)
    id[14] = UInt8(truncatingIfNeeded: traces.count >> 8)
    if let text = Self.raw("id", words) { id = try Self.bytes(text, count: 16) }
    traces.append(StoredTrace(label: label, id: id, batches: [StoredTrace.Batch()]))
    open = []
    spanCount = 0
  }

  private mutating func changeBatch(_ change: (inout StoredTrace.Batch) throws -> Void) throws {
    if traces.isEmpty { try startTrace(["t"]) }
    let last = traces.count - 1
    var batch = traces[last].batches[traces[last].batches.count - 1]
    if !batch.spans.isEmpty {
      batch.spans = []
      traces[last].batches.append(batch)
    }
    try change(&batch)
    traces[last].batches[traces[last].batches.count - 1] = batch
  }

  private mutating func changeLastSpan(_ change: (inout StoredSpan) throws -> Void) throws {
    guard let trace = traces.indices.last, let batch = traces[trace].batches.indices.last,
      let span = traces[trace].batches[batch].spans.indices.last
    else { throw Failure(description: "an event or link stands below a span") }
    try change(&traces[trace].batches[batch].spans[span])
  }

  private mutating func addSpan(_ label: String, _ words: [String], _ indent: Int) throws {
    if traces.isEmpty { try startTrace(["t"]) }
    spanCount += 1
    var id = [UInt8](repeating: 0xA0, count: 8)
    id[7] = UInt8(truncatingIfNeeded: spanCount)
    id[6] = UInt8(truncatingIfNeeded: spanCount >> 8)
    if let text = Self.raw("id", words) { id = try Self.bytes(text, count: 8) }
    while let last = open.last, last.indent >= indent { open.removeLast() }
    var parentID = open.last?.id ?? []
    if let text = Self.raw("parent", words) { parentID = try Self.bytes(text, count: 8) }
    open.append((indent, id))
    let start = try Self.special("start", words)?.int ?? 0
    var span = StoredSpan(
      label: label, name: try Self.special("name", words)?.text ?? label, id: id,
      parentID: parentID, start: Self.epoch + start,
      duration: try Self.special("duration", words)?.int ?? 1_000_000)
    span.kind = try Self.keyword("kind", Self.kinds, words)
    span.status = try Self.keyword("status", Self.statuses, words)
    span.statusMessage = try Self.special("message", words)?.text ?? ""
    span.traceState = try Self.special("state", words)?.text ?? ""
    span.attributes = try Self.attributes(words)
    let trace = traces.count - 1
    traces[trace].batches[traces[trace].batches.count - 1].spans.append(span)
  }

  private static let kinds = [
    "unspecified", "internal", "server", "client", "producer", "consumer",
  ]
  private static let statuses = ["unset", "ok", "error"]

  private static func event(_ words: [String]) throws -> StoredEvent {
    guard let name = words.first else { throw Failure(description: "an event has a name") }
    return StoredEvent(
      name: name == "\"\"" ? "" : name, time: try special("at", words)?.int ?? 0,
      attributes: try attributes(Array(words.dropFirst())))
  }

  private static func link(_ words: [String]) throws -> StoredLink {
    StoredLink(
      traceID: try bytes(raw("trace", words) ?? "1", count: 16),
      spanID: try bytes(raw("span", words) ?? "1", count: 8), attributes: try attributes(words))
  }

  // MARK: Words

  /// Splits at spaces that stand outside quotes and brackets.
  private static func words(_ line: String) throws -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    var depth = 0
    for character in line {
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted && character == "[" { depth += 1 }
      if !isQuoted && character == "]" { depth -= 1 }
      if character == " " && !isQuoted && depth == 0 {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    if isQuoted || depth != 0 { throw Failure(description: "unclosed quote or bracket: \(line)") }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func attributes(_ words: [String]) throws -> [StoredAttribute] {
    try words.filter { !$0.hasPrefix("@") && $0.contains("=") }.map { word in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return StoredAttribute(key: String(parts[0]), elements: try elements(String(parts[1])))
    }
  }

  private static func elements(_ text: String) throws -> [StoredAttribute.Element] {
    guard text.hasPrefix("[") && text.hasSuffix("]") else { return [try element(text)] }
    return try text.dropFirst().dropLast().split(separator: ",").map { try element(String($0)) }
  }

  private static func element(_ text: String) throws -> StoredAttribute.Element {
    if text.hasPrefix("\"") { return .text(String(text.dropFirst().dropLast())) }
    if text == "true" || text == "false" { return .bool(text == "true") }
    if let value = Int64(text) { return .int(value) }
    if let value = Double(text) { return .double(value) }
    let units: [(String, Double)] = [("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9)]
    for (unit, scale) in units where text.hasSuffix(unit) {
      if let value = Double(text.dropLast(unit.count)) { return .int(Int64(value * scale)) }
    }
    throw Failure(description: "not a value: \(text)")
  }

  private static func raw(_ name: String, _ words: [String]) -> String? {
    words.first { $0.hasPrefix("@\(name)=") }.map { String($0.dropFirst(name.count + 2)) }
  }

  private static func special(
    _ name: String, _ words: [String]
  ) throws -> StoredAttribute.Element? {
    try raw(name, words).map { try element($0) }
  }

  private static func keyword(
    _ name: String, _ keywords: [String], _ words: [String]
  ) throws -> Int64 {
    guard let text = raw(name, words) else { return 0 }
    if let code = keywords.firstIndex(of: text) { return Int64(code) }
    guard let code = Int64(text) else { throw Failure(description: "no \(name): \(text)") }
    return code
  }

  /// Hex digits as the last of `count` bytes.
  private static func bytes(_ hex: String, count: Int) throws -> [UInt8] {
    let padded = String(repeating: "0", count: max(0, count * 2 - hex.count)) + hex
    let digits = padded.compactMap(\.hexDigitValue)
    guard digits.count == count * 2 else { throw Failure(description: "not an ID: \(hex)") }
    return (0..<count).map { UInt8(digits[$0 * 2] * 16 + digits[$0 * 2 + 1]) }
  }
}
