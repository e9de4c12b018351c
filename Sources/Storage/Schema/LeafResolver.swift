import Parquet

/// Finds the leaves of one file by normalised name and checks that they are what the format says.
struct LeafResolver {
  private let byName: [String: Leaf]
  private let file: String

  init(leaves: [Leaf], file: String) {
    // Of two leaves with one name the first counts, as it does for readers that search in order.
    byName = Dictionary(leaves.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.file = file
  }
}

// MARK: Columns

extension LeafResolver {
  func columns() throws(StorageError) -> [TraceColumn: Leaf] {
    var columns: [TraceColumn: Leaf] = [:]
    for column in TraceColumn.allCases {
      let leaf = try leaf(
        column.rawValue, column.type, repetition: column.lane.depth,
        isRequired: column.isAlwaysThere)
      if let leaf { columns[column] = leaf }
    }
    return columns
  }

  func groups() throws(StorageError) -> [AttributeScope: TraceSchema.AttributeGroup] {
    var groups: [AttributeScope: TraceSchema.AttributeGroup] = [:]
    for scope in AttributeScope.allCases {
      let isAlwaysThere = scope == .resource || scope == .span
      if let group = try group(of: scope, isRequired: isAlwaysThere) { groups[scope] = group }
    }
    return groups
  }

  private func group(
    of scope: AttributeScope, isRequired: Bool
  ) throws(StorageError) -> TraceSchema.AttributeGroup? {
    let prefix = scope.group + ".Attrs."
    let depth = scope.lane.depth + 1
    let found = try leaf(prefix + "Key", .bytes, repetition: depth, isRequired: isRequired)
    guard let key = found else { return nil }
    var group = TraceSchema.AttributeGroup(key: key)
    group.int = try value(prefix + "ValueInt", .integer, depth: depth)
    if scope == .event, group.int == nil {
      group.encoded = try leaf(prefix + "Value", .bytes, repetition: depth)
    } else {
      group.text = try value(prefix + "Value", .bytes, depth: depth)
    }
    group.double = try value(prefix + "ValueDouble", .double, depth: depth)
    group.bool = try value(prefix + "ValueBool", .boolean, depth: depth)
    group.unsupported = try leaf(prefix + "ValueUnsupported", .bytes, repetition: depth)
    group.arrayJSON = try leaf(prefix + "ValueArray", .bytes, repetition: depth)
    group.mapJSON = try leaf(prefix + "ValueKVList", .bytes, repetition: depth)
    group.isArray = try leaf(prefix + "IsArray", .boolean, repetition: depth)
    return group
  }

  func directColumns(
    dedicated: [(column: DedicatedColumn, leafName: String)]
  ) throws(StorageError) -> [AttributeScope: [TraceSchema.DirectColumn]] {
    var columns: [AttributeScope: [TraceSchema.DirectColumn]] = [:]
    for (column, leafName) in dedicated {
      guard let scope = column.scope, let kind = column.kind else { continue }
      let found = try value(leafName, kind == .int ? .integer : .bytes, depth: scope.lane.depth)
      guard let leaf = found else { continue }
      columns[scope, default: []].append(
        TraceSchema.DirectColumn(
          attribute: column.name, leaf: leaf, kind: kind == .int ? .int : .text,
          emptyMeansAbsent: false, isDedicated: true))
    }
    for column in FixedColumn.all {
      let found = try leaf(
        column.leafName, column.kind == .int ? .integer : .bytes,
        repetition: column.scope.lane.depth)
      guard let leaf = found else { continue }
      columns[column.scope, default: []].append(
        TraceSchema.DirectColumn(
          attribute: column.attribute, leaf: leaf, kind: column.kind,
          emptyMeansAbsent: column.emptyMeansAbsent, isDedicated: false))
    }
    return columns
  }

  func serviceStatistics() throws(StorageError) -> TraceSchema.ServiceStatistics? {
    let inMap = try leaf("ServiceStats.key", .bytes, repetition: 1)
    let inGroup = try leaf("ServiceStats.ServiceName", .bytes, repetition: 1)
    guard let service = inGroup ?? inMap,
      let spanCount = try leaf("ServiceStats.SpanCount", .integer, repetition: 1),
      let errorCount = try leaf("ServiceStats.ErrorCount", .integer, repetition: 1)
    else { return nil }
    return TraceSchema.ServiceStatistics(
      service: service, spanCount: spanCount, errorCount: errorCount)
  }
}

// MARK: One leaf

extension LeafResolver {
  /// What a column's values must be stored as; widths of integers may differ.
  enum StoredType: String {
    case bytes = "bytes"
    case integer = "an integer"
    case double = "a double"
    case boolean = "a boolean"

    func accepts(_ type: Leaf.PhysicalType) -> Bool {
      switch self {
      case .bytes: type == .byteArray
      case .integer: type == .int32 || type == .int64
      case .double: type == .double
      case .boolean: type == .boolean
      }
    }
  }

  /// The leaf of that name, nil if there is none and it may be missing.
  private func leaf(
    _ name: String, _ type: StoredType, repetition: Int, isRequired: Bool = false
  ) throws(StorageError) -> Leaf? {
    try leaf(name, type, repetitions: repetition...repetition, isRequired: isRequired)
  }

  /// A value below something of `depth` repeated ancestors: optional there (vParquet3, and spare
  /// columns of vParquet4) or repeated.
  private func value(
    _ name: String, _ type: StoredType, depth: Int
  ) throws(StorageError) -> Leaf? {
    try leaf(name, type, repetitions: depth...depth + 1, isRequired: false)
  }

  private func leaf(
    _ name: String, _ type: StoredType, repetitions: ClosedRange<Int>, isRequired: Bool
  ) throws(StorageError) -> Leaf? {
    guard let leaf = byName[name] else {
      if isRequired {
        throw .wrongSchema(
          file: file, column: name, message: "missing, and every trace block has it")
      }
      return nil
    }
    guard type.accepts(leaf.physicalType) else {
      throw .wrongSchema(
        file: file, column: name, message: "stored as \(leaf.physicalType), not as \(type.rawValue)"
      )
    }
    guard repetitions.contains(leaf.maxRepetition) else {
      throw .wrongSchema(
        file: file, column: name,
        message: "repeated \(leaf.maxRepetition) times, not \(repetitions.lowerBound)")
    }
    return leaf
  }
}

// MARK: What the format says

/// A column that holds one attribute in every block of a version; found by its name alone.
private struct FixedColumn {
  var scope: AttributeScope
  var attribute: String
  var leafName: String
  var kind: TraceSchema.DirectColumn.Kind = .text
  var emptyMeansAbsent = false

  /// In the order in which attributes are given back.
  static let all: [FixedColumn] =
    [
      FixedColumn(
        scope: .resource, attribute: "service.name", leafName: "rs.Resource.ServiceName",
        emptyMeansAbsent: true)
    ]
    + [
      ("cluster", "Cluster"), ("namespace", "Namespace"), ("pod", "Pod"),
      ("container", "Container"), ("k8s.cluster.name", "K8sClusterName"),
      ("k8s.namespace.name", "K8sNamespaceName"), ("k8s.pod.name", "K8sPodName"),
      ("k8s.container.name", "K8sContainerName"),
    ].map {
      FixedColumn(scope: .resource, attribute: $0.0, leafName: "rs.Resource." + $0.1)
    }
    + [
      FixedColumn(
        scope: .span, attribute: "http.method", leafName: "rs.ss.Spans.HttpMethod"),
      FixedColumn(scope: .span, attribute: "http.url", leafName: "rs.ss.Spans.HttpUrl"),
      FixedColumn(
        scope: .span, attribute: "http.status_code", leafName: "rs.ss.Spans.HttpStatusCode",
        kind: .int),
    ]
}

extension AttributeScope {
  /// The Parquet group whose `Attrs` are this scope's attributes.
  fileprivate var group: String {
    switch self {
    case .resource: "rs.Resource"
    case .instrumentation: "rs.ss.Scope"
    case .span: "rs.ss.Spans"
    case .event: "rs.ss.Spans.Events"
    case .link: "rs.ss.Spans.Links"
    }
  }
}

extension TraceColumn {
  fileprivate var type: LeafResolver.StoredType {
    switch self {
    case .traceID, .rootServiceName, .rootSpanName, .serviceName, .scopeName, .scopeVersion,
      .spanID, .parentSpanID, .spanName, .traceState, .statusMessage, .linksBlob, .eventName,
      .linkTraceID, .linkSpanID, .linkTraceState:
      .bytes
    default: .integer
    }
  }

  /// Columns that no version and no preview lacks.
  fileprivate var isAlwaysThere: Bool {
    switch self {
    case .traceID, .traceStart, .traceEnd, .traceDuration, .serviceName, .spanID, .parentSpanID,
      .spanName, .kind, .spanStart, .spanDuration, .statusCode:
      true
    default: false
    }
  }
}
