import Compression
package import Parquet
package import Storage

/// The leaves of a block that is written, in their exact order, and what each one holds
/// (blocks.md 3.3, 3.4).
package struct BlockSchema: Sendable {
  package let version: BlockVersion
  package let dedicatedColumns: [DedicatedColumn]
  package let schema: WriterSchema
  /// What the leaves of `schema` hold.
  let contents: [BlockLeaf]
  /// Attributes that have a column of their own.
  let directColumns: [DirectColumn]

  /// A block of vParquet4 or vParquet5. Entries of `dedicated` that the version has no column for
  /// are left out of the list the block announces, as Tempo does it.
  package init(
    version: BlockVersion, dedicated: [DedicatedColumn],
    _ compression: BlockCompression = .standard
  ) {
    precondition(version != .vParquet3, "vParquet3 is read, not written")
    self.version = version
    let fixed = version == .vParquet4 ? DirectColumn.fixedInVersion4 : []
    // An attribute without a name cannot be announced.
    let usable = dedicated.filter { column in
      !column.name.isEmpty
        && !fixed.contains { $0.scope == column.scope && $0.attribute == column.name }
    }
    let assigned = DedicatedColumn.leafNames(of: usable, version: version)
    dedicatedColumns = assigned.map(\.column)
    directColumns = fixed + assigned.compactMap { DirectColumn($0.column, leafName: $0.leafName) }
    var builder = BlockSchemaBuilder(
      version: version, direct: directColumns, compression: compression)
    schema = WriterSchema(rootName: "Trace", builder.trace())
    contents = builder.contents
    precondition(contents.count == schema.leaves.count, "every leaf has a content")
  }
}

/// How the columns of a block are compressed.
package enum BlockCompression: String, Sendable, CaseIterable {
  /// Column by column as Tempo does it (blocks.md 3.3, 3.4).
  case standard = "default"
  case zstd, snappy
  /// For blocks in memory, which are soon replaced by others.
  case uncompressed
}

/// What one leaf holds.
enum BlockLeaf: Sendable {
  case traceID, traceIDText, traceStart, traceEnd, traceDuration, rootServiceName, rootSpanName
  case statisticsService, statisticsSpans, statisticsErrors
  case attribute(AttributeScope, AttributePart)
  case droppedAttributes(AttributeScope)
  /// Index into the direct columns of the schema.
  case direct(Int)
  /// A spare column nobody uses: vParquet4 has all of them.
  case spare(AttributeScope)
  case serviceName, scopeName, scopeVersion, spanCount
  case spanID, parentSpanID, nestedSetParent, nestedSetLeft, nestedSetRight, childCount
  case spanName, kind, traceState, spanStart, spanDuration, statusCode, statusMessage
  case droppedEvents, droppedLinks
  /// Seconds that starts are rounded to.
  case startRounded(UInt64)
  case eventTime, eventName
  case linkTraceID, linkSpanID, linkTraceState

  enum AttributePart: Sendable { case key, isArray, text, int, double, bool, unsupported }
}

/// A column that holds one attribute.
struct DirectColumn: Sendable {
  var scope: AttributeScope
  var attribute: String
  var isInt: Bool
  /// Last part of the leaf's path.
  var leafName: String
  /// Below `DedicatedAttributes`; otherwise a fixed column of the version.
  var isDedicated: Bool
  /// Long, varied texts: no dictionary, no bounds, better compression.
  var isBlob = false

  init?(_ column: DedicatedColumn, leafName: String) {
    guard let scope = column.scope, let kind = column.kind,
      let name = leafName.split(separator: ".").last
    else { return nil }
    self.scope = scope
    attribute = column.name
    isInt = kind == .int
    self.leafName = String(name)
    isDedicated = true
    isBlob = column.options.contains("blob")
  }

  private init(
    _ scope: AttributeScope, _ attribute: String, _ leafName: String, isInt: Bool = false
  ) {
    self.scope = scope
    self.attribute = attribute
    self.isInt = isInt
    self.leafName = leafName
    isDedicated = false
  }

  static let fixedInVersion4: [DirectColumn] = [
    DirectColumn(.resource, "cluster", "Cluster"),
    DirectColumn(.resource, "namespace", "Namespace"), DirectColumn(.resource, "pod", "Pod"),
    DirectColumn(.resource, "container", "Container"),
    DirectColumn(.resource, "k8s.cluster.name", "K8sClusterName"),
    DirectColumn(.resource, "k8s.namespace.name", "K8sNamespaceName"),
    DirectColumn(.resource, "k8s.pod.name", "K8sPodName"),
    DirectColumn(.resource, "k8s.container.name", "K8sContainerName"),
    DirectColumn(.span, "http.method", "HttpMethod"), DirectColumn(.span, "http.url", "HttpUrl"),
    DirectColumn(.span, "http.status_code", "HttpStatusCode", isInt: true),
  ]
}
