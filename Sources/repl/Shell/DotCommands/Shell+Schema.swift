import Engine
import Storage
import Synchronization
import TraceQL

extension Shell {
  /// Intrinsics with their types, then the attributes of the data with the types they were seen
  /// with, and where they are kept.
  func showSchema() async throws(CommandFailure) {
    var table = Table(columns: [
      .init("Field", key: "field", canShrink: true, leastWidth: 30),
      .init("Type", key: "type", canShrink: true, leastWidth: 8),
      .init("Kept in", key: "kept_in", canShrink: true),
    ])
    for intrinsic in Intrinsic.allCases {
      table.append(
        .init([.text(intrinsic.rawValue), .text("\(intrinsic.type)"), .text("intrinsic")]))
    }
    let (attributes, outcome) = try await typesOfAttributes()
    let places = (current as? LocalSource).map { Self.dedicated($0.blocks) } ?? [:]
    for (field, types) in attributes.sorted(by: { $0.key < $1.key }) {
      let place = places[field].map { "own column\($0)" } ?? "list"
      table.append(.init([.text(field), .text(types), .text(place)]))
    }
    show(table)
    if options.showsTimer { note(NumberText.counted(attributes.count, "attribute")) }
    output.finishAnswer()
    _ = session.conclude(outcome, partialReasons: [])
  }

  /// Attributes as TraceQL writes them, with their types; a server tells the names alone.
  private func typesOfAttributes() async throws(CommandFailure) -> (
    [String: String], QueryWatch.Outcome
  ) {
    let source = try source()
    var options = session.queryOptions
    options.timeRange = try currentRange()
    let finalOptions = options
    let (found, outcome) = await watched { progress throws(CommandFailure) in
      try await source.types(options: finalOptions, progress: progress)
    }
    return (try found.get(), outcome)
  }

  /// Attributes with a column of their own, and in how many blocks if not in all.
  private static func dedicated(_ blocks: [Block]) -> [String: String] {
    var counts: [String: Int] = [:]
    for block in blocks {
      for column in block.metadata.dedicatedColumns {
        guard let scope = column.scope else { continue }
        counts[Attribute(scope: "\(scope)", name: column.name).description, default: 0] += 1
      }
    }
    let all = NumberText.counted(blocks.count, "block")
    return counts.mapValues { $0 == blocks.count ? "" : " in \($0) of \(all)" }
  }
}

extension LocalSource {
  func types(
    options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> [String: String] {
    let found = TypeCollector()
    do throws(QueryError) {
      _ = try await engine.typesOfAttributes(options: options, progress: progress) { found.add($0) }
    } catch { throw CommandFailure(error, source: "") }
    return found.texts
  }
}

extension RemoteSource {
  func types(
    options: QueryOptions, progress: QueryProgress
  ) async throws(CommandFailure) -> [String: String] {
    let scopes = try await names(filter: nil, options: options, progress: progress)
    return [String: String](
      scopes.flatMap { scope in
        scope.names.map { (Attribute(scope: scope.scope, name: $0).description, "") }
      }
    ) { first, _ in first }
  }
}

/// Types added up from several threads.
private final class TypeCollector: Sendable {
  private let types = Mutex<[String: TagTypes]>([:])

  func add(_ found: [AttributeScope: [String: TagTypes]]) {
    for (scope, names) in found {
      for (name, some) in names {
        let field = Attribute(scope: scope.name, name: name).description
        types.withLock { $0[field, default: []].formUnion(some) }
      }
    }
  }

  var texts: [String: String] { types.withLock { $0.mapValues(\.text) } }
}

extension Attribute {
  /// `scope`: as the lists of names call it.
  fileprivate init(scope: String, name: String) {
    let known: [String: Scope] = [
      "resource": .resource, "event": .event, "link": .link, "instrumentation": .instrumentation,
    ]
    self.init(known[scope] ?? .span, name)
  }
}
