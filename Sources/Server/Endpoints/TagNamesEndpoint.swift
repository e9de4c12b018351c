import Engine
import Storage
import TraceQL

/// `/api/search/tags` and `/api/v2/search/tags`: which attributes there are.
enum TagNamesEndpoint {
  static func respond(
    _ context: RequestContext, _ version: Route.Version
  ) async throws(APIError) -> APIResponse {
    let parameters = context.parameters
    let scope = try Scope(parameters["scope"])
    let filter =
      version == .v1 ? nil : try TagFilter.conditionGroups(context, for: nil)
    let time = try TimeSelection.ofTags(parameters, options: context.options)
    try time.checkLength(context.options)
    // Malformed limits are none.
    let limit = parameters["limit"].flatMap { UInt32($0) }.map(Int.init) ?? 0
    var query = context.queryOptions(time)
    query.limits.staleTagsMax =
      parameters["maxStaleValues"].flatMap { UInt32($0) }.flatMap { $0 > 0 ? Int($0) : nil }

    var names = FoundTagNames()
    var partialReasons: [String] = []
    if scope.readsBlocks {
      do throws(QueryError) {
        let found = try await context.engine(time).tagNames(
          scope: scope.attributeScope, filter: filter, options: query,
          progress: context.progress)
        names = FoundTagNames(scopes: found.scopes, statistics: found.statistics)
        partialReasons = found.partialReasons
      } catch {
        throw error.apiError(query: parameters["q"] ?? "")
      }
    }
    names.scopes.removeAll { $0.name == Scope.intrinsicName }
    if scope.listsIntrinsics(version) {
      names.scopes.append((name: Scope.intrinsicName, tags: IntrinsicNames.all))
    }
    for i in names.scopes.indices
    where limit > 0 && names.scopes[i].name != Scope.intrinsicName {
      names.scopes[i].tags = Array(names.scopes[i].tags.prefix(limit))
    }
    var response = encode(names, version, context.accepted)
    response.cost = names.statistics
    response.markPartial(partialReasons)
    return response
  }

  private static func encode(
    _ names: FoundTagNames, _ version: Route.Version, _ accepted: MediaType
  ) -> APIResponse {
    switch (version, accepted) {
    case (.v1, .json), (.v1, .llm): .json(TagsJSON.namesV1(union(names), names.statistics))
    case (.v1, .protobuf): .protobuf(TagsProtobuf.strings(union(names), names.statistics))
    case (.v2, .json), (.v2, .llm): .json(TagsJSON.namesV2(names))
    case (.v2, .protobuf): .protobuf(TagsProtobuf.namesV2(names))
    }
  }

  /// Every name once, whatever scope it is from.
  private static func union(_ names: FoundTagNames) -> [String] {
    Set(names.scopes.flatMap(\.tags)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

// MARK: Scope

extension TagNamesEndpoint {
  /// The `scope` parameter.
  private enum Scope {
    case all
    case attributes(AttributeScope)
    case intrinsic
    /// Parsed by Tempo, holds nothing.
    case trace

    static let intrinsicName = "intrinsic"

    init(_ text: String?) throws(APIError) {
      switch text {
      case nil, "none": self = .all
      case "resource": self = .attributes(.resource)
      case "span": self = .attributes(.span)
      case "event": self = .attributes(.event)
      case "link": self = .attributes(.link)
      case "instrumentation": self = .attributes(.instrumentation)
      case Self.intrinsicName: self = .intrinsic
      case "trace": self = .trace
      case .some(let text): throw .badRequest("invalid scope: \(text)")
      }
    }

    var readsBlocks: Bool {
      switch self {
      case .all, .attributes: true
      case .intrinsic, .trace: false
      }
    }

    var attributeScope: AttributeScope? {
      guard case .attributes(let scope) = self else { return nil }
      return scope
    }

    /// v1 lists intrinsics only when asked for them alone.
    func listsIntrinsics(_ version: Route.Version) -> Bool {
      switch self {
      case .intrinsic: true
      case .all: version == .v2
      case .attributes, .trace: false
      }
    }
  }
}

/// Names by scope, and what finding them cost.
struct FoundTagNames {
  var scopes: [(name: String, tags: [String])] = []
  var statistics = QueryStatistics()
}

/// The intrinsics autocompletion offers; the same for all data.
enum IntrinsicNames {
  static let all = [
    "duration", "event:name", "event:timeSinceStart", "instrumentation:name",
    "instrumentation:version", "kind", "link:spanID", "link:traceID", "name", "rootName",
    "rootServiceName", "span:duration", "span:id", "span:kind", "span:name", "span:parentID",
    "span:status", "span:statusMessage", "status", "statusMessage", "trace:duration", "trace:id",
    "trace:rootName", "trace:rootService", "traceDuration",
  ]
}

/// The half-typed query that narrows names and values.
enum TagFilter {
  /// nil for no filter; one that cannot be used is no filter either.
  static func conditionGroups(
    _ context: RequestContext, for tag: Field?
  ) throws(APIError) -> ConditionGroups? {
    let text = try context.parameters.expression(
      "q", bytesMax: context.options.limits.queryBytesMax)
    guard let text else { return nil }
    do {
      return try LenientParser.conditionGroups(text, for: tag, dialect: context.options.dialect)
    } catch {
      throw .badRequest(error.message)
    }
  }
}
