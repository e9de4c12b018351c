import Parquet

/// The leaves of each version in file order (blocks.md 3.2 to 3.4). Tempo reads whole traces, and
/// compacts, by position: a leaf that is missing or elsewhere shifts all behind it.
struct LeafList {
  /// What stands in a leaf (blocks.md 3.1): raw values are the words of the lists.
  enum Kind: String {
    case bytes, string, u64, i64, u32, i32, double, bool
  }

  struct Entry: Equatable {
    var name: String
    var kind: Kind
    var definition: Int
    var repetition: Int
  }

  let entries: [Entry]
  private let version: BlockVersion

  init(version: BlockVersion, dedicated: [DedicatedColumn]) {
    self.version = version
    let text =
      switch version {
      case .vParquet3: Self.vParquet3
      case .vParquet4: Self.vParquet4
      case .vParquet5: Self.vParquet5
      }
    let assigned = DedicatedColumn.leafNames(of: dedicated, version: version)
    entries = text.split(separator: "\n").flatMap { line -> [Entry] in
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 4, let kind = Kind(rawValue: words[1]), let definition = Int(words[2]),
        let repetition = Int(words[3])
      else {
        return Self.spare(in: words[0], assigned: assigned)
      }
      return [
        Entry(name: words[0], kind: kind, definition: definition, repetition: repetition)
      ]
    }
  }

  /// The assigned columns of a group of vParquet5: strings by number, then integers by number.
  private static func spare(
    in group: String, assigned: [(column: DedicatedColumn, leafName: String)]
  ) -> [Entry] {
    let depth = group.split(separator: ".").count { ["rs", "ss", "Spans", "Events"].contains($0) }
    return assigned.filter { $0.leafName.hasPrefix(group + ".") }
      .sorted { a, b in
        let isText = (a.column.kind == .text, b.column.kind == .text)
        return isText.0 == isText.1 ? a.leafName < b.leafName : isText.0
      }
      .map { column, name in
        Entry(
          name: name, kind: column.kind == .int ? .i64 : .string, definition: depth + 1,
          repetition: depth + 1)
      }
  }

  /// What is wrong with the leaves of a file; nil if nothing is. Leaves behind the last do no harm.
  func fault(in leaves: [Leaf]) -> String? {
    for (place, entry) in entries.enumerated() {
      guard place < leaves.count else {
        return "column \(place + 1), \(entry.name), is missing; Tempo reads columns by position"
      }
      let leaf = leaves[place]
      guard leaf.name == entry.name else {
        return "column \(place + 1) is \(leaf.name) where \(entry.name) should be; Tempo reads "
          + "columns by position"
      }
      let type = Self.type(of: leaf)
      // A wider integer is accepted by every reader.
      let isRight =
        type == entry.kind.physicalType || type == "int64" && entry.kind.physicalType == "int32"
      guard isRight, leaf.maxDefinition == entry.definition,
        leaf.maxRepetition == entry.repetition
      else {
        return "\(leaf.name) is \(type), levels \(leaf.maxDefinition)/\(leaf.maxRepetition), where "
          + "\(entry.kind.physicalType), levels \(entry.definition)/\(entry.repetition), should be"
      }
      if let fault = nestingFault(of: leaf) { return fault }
    }
    return nil
  }

  /// Lists are LISTs, and a map is a MAP, up to vParquet4; later all is repeated as it is
  /// (blocks.md 3). Levels do not tell one from the other, but Tempo finds columns by their paths.
  private func nestingFault(of leaf: Leaf) -> String? {
    switch version {
    case .vParquet3, .vParquet4:
      guard leaf.nesting.plain > 0 else { return nil }
      return "\(leaf.name) is repeated where \(version) has LISTs: it is stored as "
        + leaf.path.joined(separator: ".")
    case .vParquet5:
      guard leaf.nesting.lists + leaf.nesting.maps + leaf.nesting.bare > 0 else { return nil }
      return "\(leaf.name) lies in a LIST or MAP, which \(version) does not have: it is stored as "
        + leaf.path.joined(separator: ".")
    }
  }

  /// Leaves whose annotations make other readers take them for something else.
  func annotationFaults(in leaves: [Leaf]) -> [String] {
    zip(entries, leaves).compactMap { entry, leaf in
      if leaf.nesting.bare > 0 {
        return "\(leaf.name) lies in a list or map that is not annotated as LIST or MAP: "
          + leaf.path.joined(separator: ".")
      }
      let (converted, logical) = (leaf.annotation.converted, leaf.annotation.logical)
      guard leaf.name == entry.name, !entry.kind.allows(converted) || !entry.kind.allows(logical)
      else { return nil }
      func words(_ meaning: LeafAnnotation.Meaning?) -> String { meaning?.words ?? "nothing" }
      let said =
        converted == logical
        ? words(logical) : "\(words(logical)), in the old way as \(words(converted)),"
      return "\(leaf.name) is annotated as \(said) where \(words(entry.kind.meaning)) should be"
    }
  }

  private static func type(of leaf: Leaf) -> String {
    switch leaf.physicalType {
    case .boolean: "bool"
    case .int32: "int32"
    case .int64: "int64"
    case .int96: "int96"
    case .float: "float"
    case .double: "double"
    case .byteArray: "bytes"
    case .fixedLengthByteArray: "fixed bytes"
    }
  }
}

extension LeafList.Kind {
  var physicalType: String {
    switch self {
    case .bytes, .string: "bytes"
    case .u64, .i64: "int64"
    case .u32, .i32: "int32"
    case .double: "double"
    case .bool: "bool"
    }
  }

  /// How a schema annotates it; nil: not at all.
  var meaning: LeafAnnotation.Meaning? {
    switch self {
    case .string: .text
    case .u64: .integer(bits: 64, isUnsigned: true)
    case .i64: .integer(bits: 64, isUnsigned: false)
    case .u32: .integer(bits: 32, isUnsigned: true)
    case .i32: .integer(bits: 32, isUnsigned: false)
    case .bytes, .double, .bool: nil
    }
  }

  /// A signed integer needs no annotation, and may be wider than it has to.
  func allows(_ said: LeafAnnotation.Meaning?) -> Bool {
    switch (self, said) {
    case (.i64, nil), (.i32, nil), (.i32, .integer(64, false)), (.u32, .integer(64, true)): true
    default: said == meaning
    }
  }
}

extension LeafAnnotation.Meaning {
  fileprivate var words: String {
    switch self {
    case .text: "text"
    case .integer(let bits, let isUnsigned):
      "\(isUnsigned ? "an unsigned" : "a signed") integer of \(bits) bits"
    case .list, .map, .other: "something else"
    }
  }
}
