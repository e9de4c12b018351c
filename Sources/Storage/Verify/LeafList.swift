import Parquet

/// The leaves of each version in file order (blocks.md 3.2 to 3.4). Tempo reads whole traces, and
/// compacts, by position: a leaf that is missing or elsewhere shifts all behind it.
struct LeafList {
  struct Entry: Equatable {
    var name: String
    var type: String
    var definition: Int
    var repetition: Int
  }

  let entries: [Entry]

  init(version: BlockVersion, dedicated: [DedicatedColumn]) {
    let text =
      switch version {
      case .vParquet3: Self.vParquet3
      case .vParquet4: Self.vParquet4
      case .vParquet5: Self.vParquet5
      }
    let assigned = DedicatedColumn.leafNames(of: dedicated, version: version)
    entries = text.split(separator: "\n").flatMap { line -> [Entry] in
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 4, let definition = Int(words[2]), let repetition = Int(words[3]) else {
        return Self.spare(in: words[0], assigned: assigned)
      }
      return [
        Entry(name: words[0], type: words[1], definition: definition, repetition: repetition)
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
          name: name, type: column.kind == .int ? "int64" : "bytes", definition: depth + 1,
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
      let found = Entry(
        name: leaf.name, type: Self.type(of: leaf), definition: leaf.maxDefinition,
        repetition: leaf.maxRepetition)
      guard found == entry || found.isWider(than: entry) else {
        return "\(leaf.name) is \(found.type), levels \(found.definition)/\(found.repetition), "
          + "where \(entry.type), levels \(entry.definition)/\(entry.repetition), should be"
      }
    }
    return nil
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

extension LeafList.Entry {
  /// A wider integer is accepted by every reader.
  fileprivate func isWider(than other: Self) -> Bool {
    type == "int64" && other.type == "int32" && definition == other.definition
      && repetition == other.repetition
  }
}
