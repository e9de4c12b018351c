import Engine
import TraceQL

/// `/api/search/tag/{tag}/values` and its v2: which values one attribute has.
enum TagValuesEndpoint {
  static func respond(
    _ context: RequestContext, _ version: Route.Version, tag: String
  ) async throws(APIError) -> APIResponse {
    let parameters = context.parameters
    let subject = try Subject(tag: tag, version, dialect: context.options.dialect)
    let limit = try parameters.uint32("limit")
    let staleMax = try parameters.uint32("maxStaleValues")
    let filter =
      version == .v1 ? nil : try TagFilter.conditionGroups(context, for: subject.field)
    let time = try TimeSelection.ofTags(parameters, options: context.options)
    // A reversed range holds no values, and is no error here: so Tempo answers.
    if !time.isEmpty { try time.checkLength(context.options) }

    var query = context.queryOptions(time)
    if staleMax > 0 { query.limits.staleTagsMax = Int(staleMax) }
    let found: TagValues
    do throws(QueryError) {
      found = try await find(subject, filter: filter, query, context.engine(time), context.progress)
    } catch {
      throw error.apiError(query: parameters["q"] ?? "")
    }
    var response = encode(
      found.values, found.statistics, version, tag: tag, limit: limit, context.accepted)
    response.markPartial(found.partialReasons)
    response.cost = found.statistics
    return response
  }

  private static func encode(
    _ values: [Value], _ statistics: QueryStatistics, _ version: Route.Version, tag: String,
    limit: UInt32, _ accepted: MediaType
  ) -> APIResponse {
    switch version {
    case .v1:
      let constants = constantsV1[tag] ?? []
      let all = Set(values.compactMap { TagValueText($0)?.value } + constants)
      let texts = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        .prefix(limit == 0 ? Int.max : Int(limit))
      switch accepted {
      case .json, .llm: return .json(TagsJSON.valuesV1(Array(texts), statistics))
      case .protobuf: return .protobuf(TagsProtobuf.strings(Array(texts), statistics))
      }
    case .v2:
      let texts = distinct(values, limit: limit == 0 ? Int.max : Int(limit))
      switch accepted {
      case .json: return .json(TagsJSON.valuesV2(texts, statistics))
      case .llm: return .llm(TagsJSON.valuesByType(texts, statistics))
      case .protobuf: return .protobuf(TagsProtobuf.valuesV2(texts, statistics))
      }
    }
  }

  /// In the order found; values that differ only in what text does not show count once.
  private static func distinct(_ values: [Value], limit: Int) -> [TagValueText] {
    var seen: Set<TagValueText> = []
    var texts: [TagValueText] = []
    for value in values where texts.count < limit {
      if let text = TagValueText(value), seen.insert(text).inserted { texts.append(text) }
    }
    return texts
  }

  private static func find(
    _ subject: Subject, filter: ConditionGroups?, _ options: QueryOptions, _ engine: QueryEngine,
    _ progress: QueryProgress
  ) async throws(QueryError) -> TagValues {
    switch subject {
    case .key(let key):
      return try await engine.tagValues(
        ofKeyInEveryScope: key, options: options, progress: progress)
    case .field(let field):
      if let constant = constants(of: field, filtered: filter != nil) {
        return TagValues(known: constant)
      }
      return try await engine.tagValues(
        of: field, filter: filter, options: options, progress: progress)
    }
  }
}

// MARK: What the tag means

extension TagValuesEndpoint {
  private enum Subject {
    case field(Field)
    /// A bare key, looked up in every scope.
    case key(String)

    init(
      tag: String, _ version: Route.Version, dialect: Dialect
    ) throws(APIError) {
      switch version {
      case .v1:
        if let intrinsic = TagValuesEndpoint.intrinsicsV1[tag] {
          self = .field(.intrinsic(intrinsic))
        } else {
          self = .key(tag)
        }
      case .v2:
        switch Field.parse(identifier: tag, dialect: dialect) {
        case .success(let field): self = .field(field)
        case .failure(let problem):
          throw .badRequest("please provide a valid tagName: " + problem.message)
        }
      }
    }

    var field: Field? {
      guard case .field(let field) = self else { return nil }
      return field
    }
  }

  /// Bare names that v1 takes as intrinsics; all others are attributes.
  private static let intrinsicsV1: [String: Intrinsic] = [
    "name": .name, "root.name": .rootName, "rootServiceName": .rootServiceName,
    "root.service.name": .rootServiceName,
  ]

  private static let constantsV1 = ["status.code": ["unset", "ok", "error"], "error": ["true"]]

  /// Values known without looking: all keywords, and nothing for what is no use as a list
  /// (durations, IDs, positions in the tree).
  private static func constants(of field: Field, filtered: Bool) -> [Value]? {
    guard case .intrinsic(let intrinsic) = field else { return nil }
    switch intrinsic {
    case .status: return filtered ? nil : (0...2).map { .status($0) }
    case .kind: return filtered ? nil : (0...5).map { .kind($0) }
    case .duration, .traceDuration, .eventTimeSinceStart, .spanID, .parentID, .traceID,
      .linkTraceID, .linkSpanID, .nestedSetLeft, .nestedSetRight, .nestedSetParent, .parent:
      return []
    default: return nil
    }
  }
}

/// A value as the tag endpoints show it: a type name and text.
struct TagValueText: Hashable {
  var type: String
  var value: String

  /// nil for what is no value.
  init?(_ value: Value) {
    switch value {
    case .nil, .array: return nil
    case .int(let int), .duration(let int): (type, self.value) = ("int", String(int))
    case .float(let double): (type, self.value) = ("float", Self.text(double))
    case .string(let text): (type, self.value) = ("string", text)
    case .bool(let bool): (type, self.value) = ("bool", bool ? "true" : "false")
    case .status(let code): (type, self.value) = ("keyword", Keywords.status(code))
    case .kind(let code): (type, self.value) = ("keyword", Keywords.kind(code))
    }
  }

  /// Tempo's form of what is not finite: `+Inf.0`; clients hand it back as they got it.
  private static func text(_ double: Double) -> String {
    FloatText.format(double) + (double.isFinite ? "" : ".0")
  }
}
