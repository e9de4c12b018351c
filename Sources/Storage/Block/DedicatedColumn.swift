/// An attribute that a block keeps in a spare column of its own: an entry of `dedicatedColumns`.
package struct DedicatedColumn: Sendable, Equatable {
  package enum Kind: Sendable, Equatable { case text, int }

  /// Where the attribute stands: resource, span or event; nil for a scope of another time.
  package var scope: AttributeScope?
  package var name: String
  /// Nil for a type of another time.
  package var kind: Kind?
  /// `blob`, `array` and whatever comes later.
  package var options: [String]

  package init(
    scope: AttributeScope?, name: String, kind: Kind? = .text, options: [String] = []
  ) {
    self.scope = scope
    self.name = name
    self.kind = kind
    self.options = options
  }
}

// MARK: Positions

extension DedicatedColumn {
  /// The normalised leaf name of every entry that has a spare column, in the order of the list.
  ///
  /// The list assigns by position: every (scope, type) pair counts on its own, and an entry the
  /// version cannot hold takes no number. That the file has the column is not promised.
  package static func leafNames(
    of columns: [DedicatedColumn], version: BlockVersion
  ) -> [(column: DedicatedColumn, leafName: String)] {
    var used: [String: Int] = [:]
    return columns.compactMap { column in
      guard let spare = column.spareColumns(in: version) else { return nil }
      let number = used[spare.prefix, default: 0] + 1
      guard number <= spare.count else { return nil }
      used[spare.prefix] = number
      return (column, spare.prefix + (number < 10 ? "0" : "") + String(number))
    }
  }

  /// How the spare columns this entry may use are named, and how many there are.
  private func spareColumns(in version: BlockVersion) -> (prefix: String, count: Int)? {
    guard let scope, let kind else { return nil }
    let isNewest = version == .vParquet5
    let group: String
    switch scope {
    case .resource: group = "rs.Resource"
    case .span: group = "rs.ss.Spans"
    case .event where isNewest: group = "rs.ss.Spans.Events"
    default: return nil
    }
    switch kind {
    case .text where isNewest: return (group + ".DedicatedAttributes.String", 20)
    case .text where options.isEmpty: return (group + ".DedicatedAttributes.String", 10)
    case .int where isNewest: return (group + ".DedicatedAttributes.Int", 5)
    default: return nil
    }
  }
}
