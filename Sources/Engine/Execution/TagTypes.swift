import Columns
package import Storage

/// Types of values that attributes have, as a set: an attribute may have several.
package struct TagTypes: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  fileprivate init(_ type: AttributeType) { self.init(rawValue: 1 << type.rawValue) }

  fileprivate init(_ values: ColumnValues) {
    switch values {
    case .text: self.init(.text)
    case .int64: self.init(.int)
    case .double: self.init(.double)
    case .bool: self.init(.bool)
    }
  }

  /// "int", "float or string"
  package var text: String {
    let names = ["string", "int", "float", "bool"]
    return AttributeType.allCases.filter { contains(TagTypes($0)) }
      .map { names[$0.rawValue] }.sorted().joined(separator: " or ")
  }
}

extension QueryEngine {
  /// The types of every attribute's values; `found` gets what each unit adds, from several threads.
  /// False: stopped before the end.
  package func typesOfAttributes(
    options: QueryOptions, progress: QueryProgress = QueryProgress(),
    found: @escaping @Sendable ([AttributeScope: [String: TagTypes]]) -> Void
  ) async throws(QueryError) -> Bool {
    let scan = try await soundScan(Scan.Demand(), options, progress)
    let reasons = try await scan.run({ work throws(StorageError) in
      work.unit.readsEverything = true
      var types: [AttributeScope: [String: TagTypes]] = [:]
      for scope in AttributeScope.allCases { types[scope] = try work.unit.types(of: scope) }
      found(types)
    })
    return reasons.isEmpty
  }
}

extension SpanUnit {
  /// Each name of a scope with the types its values have here.
  fileprivate func types(of scope: AttributeScope) throws(StorageError) -> [String: TagTypes] {
    var result: [String: TagTypes] = [:]
    if let keys = try attributeKeys(scope) {
      var types = [TagTypes](repeating: [], count: keys.keys.table.count)
      for type in AttributeType.allCases {
        guard let column = try attributeValues(scope, type) else { continue }
        for attribute in column.owners {
          types[Int(keys.keys.codes[Int(attribute)])].insert(TagTypes(type))
        }
      }
      for (code, some) in types.enumerated() where !some.isEmpty {
        result[keys.keys.table.string(at: code), default: []].formUnion(some)
      }
    }
    for name in directNames(scope) {
      for column in try directColumns(scope, name) where !column.owners.isEmpty {
        result[name, default: []].insert(TagTypes(column.values))
      }
    }
    return result
  }
}
