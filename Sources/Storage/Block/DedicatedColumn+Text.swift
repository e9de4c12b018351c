/// Why a text names no column, in a sentence.
package struct DedicatedColumnError: Error, Sendable {
  package var message: String
}

// Columns as people write them: `span.http.url`, `span.http.status_code:int`,
// `event.exception.stacktrace:string:blob`.
extension DedicatedColumn {
  private static let scopes: [String: AttributeScope] = [
    "resource": .resource, "span": .span, "event": .event,
  ]
  private static let kinds: [String: Kind] = ["string": .text, "int": .int]
  private static let optionNames = ["blob", "array"]

  /// From the four parts of an entry of Tempo's configuration (blocks.md 2.2); empty ones have
  /// their defaults.
  package init(
    scope: String, name: String, kind: String, options: [String]
  ) throws(DedicatedColumnError) {
    guard let ownScope = Self.scopes[scope.isEmpty ? "span" : scope] else {
      throw DedicatedColumnError(
        message: "the scope of a column is resource, span or event, not '\(scope)'")
    }
    guard let ownKind = Self.kinds[kind.isEmpty ? "string" : kind] else {
      throw DedicatedColumnError(message: "the type of a column is string or int, not '\(kind)'")
    }
    guard !name.isEmpty else {
      throw DedicatedColumnError(message: "a column needs the name of an attribute")
    }
    if let other = options.first(where: { !Self.optionNames.contains($0) }) {
      throw DedicatedColumnError(
        message: "the options of a column are blob and array, not '\(other)'")
    }
    self.init(scope: ownScope, name: name, kind: ownKind, options: options)
  }

  /// From one text: scope, name, type and options. A name may hold dots and colons.
  package init(text: String) throws(DedicatedColumnError) {
    guard let dot = text.firstIndex(of: ".") else {
      throw DedicatedColumnError(
        message: "'\(text)' is no column; one is span.http.url, resource.k8s.pod.name, "
          + "span.http.status_code:int or event.message:string:blob")
    }
    var parts = text[text.index(after: dot)...].split(
      separator: ":", omittingEmptySubsequences: false)
    var options: [String] = []
    while parts.count > 1, let last = parts.last, Self.optionNames.contains(String(last)) {
      options.insert(String(parts.removeLast()), at: 0)
    }
    var kind = ""
    if parts.count > 1, let last = parts.popLast() {
      guard Self.kinds[String(last)] != nil else {
        throw DedicatedColumnError(
          message: "in '\(text)' what follows the last colon is string or int, not '\(last)'; a "
            + "name with a colon needs its type behind it")
      }
      kind = String(last)
    }
    try self.init(
      scope: String(text[..<dot]), name: parts.joined(separator: ":"), kind: kind, options: options)
  }

  /// Columns that a block of vParquet5 has room for, each attribute once.
  package static func list(texts: [String]) throws(DedicatedColumnError) -> [DedicatedColumn] {
    var columns: [DedicatedColumn] = []
    for text in texts {
      let column = try DedicatedColumn(text: text)
      guard !columns.contains(where: { $0.isOfSameAttribute(column) }) else {
        throw DedicatedColumnError(message: "'\(text)' comes twice")
      }
      columns.append(column)
    }
    let placed = leafNames(of: columns, version: .vParquet5).map(\.column)
    if let extra = columns.first(where: { !placed.contains($0) }) {
      throw DedicatedColumnError(
        message:
          "there is no room for '\(extra.text)': a scope has 20 columns of texts and 5 of ints")
    }
    return columns
  }

  /// The text that `init(text:)` reads.
  package var text: String {
    let scope = Self.scopes.first { $0.value == self.scope }?.key ?? ""
    let kind = Self.kinds.first { $0.value == self.kind }?.key ?? ""
    let isPlain = kind == "string" && options.isEmpty && !name.contains(":")
    return ([scope + "." + name] + (isPlain ? [] : [kind]) + options).joined(separator: ":")
  }

  private func isOfSameAttribute(_ other: DedicatedColumn) -> Bool {
    scope == other.scope && name == other.name
  }

  /// The lists of several blocks as one: an attribute has a column if it has one in any of them,
  /// those of the first lists in front. What there is no room for is an ordinary attribute.
  package static func union(_ lists: [[DedicatedColumn]]) -> [DedicatedColumn] {
    var columns: [DedicatedColumn] = []
    for column in lists.joined() where !columns.contains(where: { $0.isOfSameAttribute(column) }) {
      columns.append(column)
    }
    return columns
  }
}
