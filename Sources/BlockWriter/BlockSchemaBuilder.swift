import Compression
import Parquet
import Storage

/// Builds the tree of a block's schema; `contents` grows leaf by leaf in the order of the file.
struct BlockSchemaBuilder {
  let version: BlockVersion
  let direct: [DirectColumn]
  let compression: BlockCompression
  private(set) var contents: [BlockLeaf] = []

  init(version: BlockVersion, direct: [DirectColumn], compression: BlockCompression) {
    self.version = version
    self.compression = compression
    self.direct = direct
  }

  private var isNewest: Bool { version == .vParquet5 }

  mutating func trace() -> [SchemaNode] {
    var nodes = [
      leaf(.traceID, "TraceID", .bytes, .deltaLength, .uncompressed),
      leaf(.traceIDText, "TraceIDText", .text, .deltaLength, .snappy),
      leaf(.traceStart, "StartTimeUnixNano", .uint64, .delta, .uncompressed),
      leaf(.traceEnd, "EndTimeUnixNano", .uint64, .delta, .uncompressed),
      leaf(.traceDuration, "DurationNano", .uint64, .delta, .uncompressed),
      leaf(.rootServiceName, "RootServiceName", .text, .dictionary, .uncompressed),
      leaf(.rootSpanName, "RootSpanName", .text, .dictionary, .uncompressed),
    ]
    nodes.append(serviceStatistics())
    nodes.append(list("rs", [resource(), list("ss", scopeSpans())]))
    return nodes
  }

  private mutating func serviceStatistics() -> SchemaNode {
    let service =
      isNewest
      ? leaf(.statisticsService, "ServiceName", .text, .dictionary, .snappy)
      : leaf(.statisticsService, "key", .text, .deltaLength, .uncompressed)
    let counts = [
      leaf(.statisticsSpans, "SpanCount", .uint32, .delta, .uncompressed),
      leaf(.statisticsErrors, "ErrorCount", .uint32, .delta, .uncompressed),
    ]
    if isNewest { return .group("ServiceStats", .repeated, [service] + counts) }
    return .group(
      "ServiceStats", .required,
      [.group("key_value", .repeated, [service, .group("value", .required, counts)])],
      annotation: .map)
  }

  private mutating func resource() -> SchemaNode {
    var nodes: [SchemaNode] = []
    if isNewest { nodes.append(serviceName()) }
    nodes.append(attributes(.resource))
    nodes.append(droppedAttributes(.resource, .delta))
    if !isNewest { nodes.append(serviceName()) }
    nodes += directColumns(.resource)
    return .group("Resource", .required, nodes)
  }

  private mutating func serviceName() -> SchemaNode {
    leaf(.serviceName, "ServiceName", .text, .dictionary, .snappy)
  }

  private mutating func scopeSpans() -> [SchemaNode] {
    let scope = SchemaNode.group(
      "Scope", .required,
      [
        leaf(.scopeName, "Name", .text, .dictionary, .snappy),
        leaf(.scopeVersion, "Version", .text, .dictionary, .snappy),
        attributes(.instrumentation), droppedAttributes(.instrumentation, .delta),
      ])
    var nodes = [scope, list("Spans", span())]
    if isNewest { nodes.append(leaf(.spanCount, "SpanCount", .int32, .delta, .uncompressed)) }
    return nodes
  }

  private mutating func span() -> [SchemaNode] {
    var nodes = [
      leaf(.spanID, "SpanID", .bytes, .deltaLength, .uncompressed),
      leaf(.parentSpanID, "ParentSpanID", .bytes, .deltaLength, .uncompressed),
      leaf(.nestedSetParent, "ParentID", .int32, .delta, .uncompressed),
      leaf(.nestedSetLeft, "NestedSetLeft", .int32, .delta, .uncompressed),
      leaf(.nestedSetRight, "NestedSetRight", .int32, .delta, .uncompressed),
    ]
    if isNewest { nodes.append(leaf(.childCount, "ChildCount", .int32, .delta, .uncompressed)) }
    nodes += [
      leaf(.spanName, "Name", .text, .dictionary, .snappy),
      leaf(.kind, "Kind", .int64, .delta, .uncompressed),
      leaf(.traceState, "TraceState", .text, .deltaLength, .snappy),
      leaf(.spanStart, "StartTimeUnixNano", .uint64, .delta, .uncompressed),
      leaf(.spanDuration, "DurationNano", .uint64, .delta, .uncompressed),
      leaf(.statusCode, "StatusCode", .int64, .delta, .uncompressed),
      leaf(.statusMessage, "StatusMessage", .text, .deltaLength, .snappy),
      attributes(.span), droppedAttributes(.span, .plain), list("Events", event()),
      leaf(.droppedEvents, "DroppedEventsCount", .int32, .plain, .snappy),
      list("Links", link()),
      leaf(.droppedLinks, "DroppedLinksCount", .int32, .plain, .snappy),
    ]
    nodes += directColumns(.span)
    if isNewest {
      for seconds: UInt64 in [15, 60, 300, 3_600] {
        nodes.append(
          leaf(
            .startRounded(seconds), "StartTimeRounded\(seconds)", .uint32, .delta, .uncompressed))
      }
    }
    return nodes
  }

  private mutating func event() -> [SchemaNode] {
    var nodes = [
      leaf(.eventTime, "TimeSinceStartNano", .uint64, .delta, .uncompressed),
      leaf(.eventName, "Name", .text, .dictionary, .snappy),
      attributes(.event), droppedAttributes(.event, .delta),
    ]
    nodes += directColumns(.event)
    return nodes
  }

  private mutating func link() -> [SchemaNode] {
    [
      leaf(.linkTraceID, "TraceID", .bytes, .deltaLength, .uncompressed),
      leaf(.linkSpanID, "SpanID", .bytes, .deltaLength, .uncompressed),
      leaf(.linkTraceState, "TraceState", .text, .deltaLength, .snappy),
      attributes(.link), droppedAttributes(.link, .delta),
    ]
  }
}

// MARK: Attributes

extension BlockSchemaBuilder {
  private mutating func attributes(_ scope: AttributeScope) -> SchemaNode {
    list(
      "Attrs",
      [
        leaf(.attribute(scope, .key), "Key", .text, .dictionary, .snappy),
        leaf(.attribute(scope, .isArray), "IsArray", .bool, .plain, .snappy),
        values(.attribute(scope, .text), "Value", .text, .dictionary),
        values(.attribute(scope, .int), "ValueInt", .int64, .plain),
        values(.attribute(scope, .double), "ValueDouble", .double, .plain),
        values(.attribute(scope, .bool), "ValueBool", .bool, .plain),
        leaf(
          .attribute(scope, .unsupported), "ValueUnsupported", .text, .deltaLength, .snappy,
          repetition: .optional),
      ])
  }

  private mutating func droppedAttributes(
    _ scope: AttributeScope, _ encoding: ColumnFormat.Encoding
  ) -> SchemaNode {
    leaf(.droppedAttributes(scope), "DroppedAttributesCount", .int32, encoding, .snappy)
  }

  /// The fixed columns of a scope, then its dedicated ones: texts before numbers.
  private mutating func directColumns(_ scope: AttributeScope) -> [SchemaNode] {
    let mine = direct.indices.filter { direct[$0].scope == scope }
    var nodes = mine.filter { !direct[$0].isDedicated }.map { directLeaf($0) }
    let dedicated = mine.filter { direct[$0].isDedicated }
    let texts = dedicated.filter { !direct[$0].isInt }
    let numbers = dedicated.filter { direct[$0].isInt }
    var spare = (texts + numbers).map { directLeaf($0) }
    // vParquet4 has spare columns for resources and spans, used or not.
    if !isNewest, scope == .resource || scope == .span {
      for number in texts.count..<10 {
        let name = (number < 9 ? "String0" : "String") + String(number + 1)
        spare.append(
          leaf(.spare(scope), name, .text, .dictionary, .snappy, repetition: .optional))
      }
    }
    if !spare.isEmpty { nodes.append(.group("DedicatedAttributes", .required, spare)) }
    return nodes
  }

  private mutating func directLeaf(_ index: Int) -> SchemaNode {
    let column = direct[index]
    let repetition: SchemaNode.Repetition = isNewest ? .repeated : .optional
    if column.isInt {
      return leaf(
        .direct(index), column.leafName, .int64, .plain, .snappy, repetition: repetition)
    }
    return leaf(
      .direct(index), column.leafName, .text, column.isBlob ? .deltaLength : .dictionary,
      column.isBlob ? .zstd : .snappy, repetition: repetition, hasBounds: !column.isBlob)
  }
}

// MARK: Nodes

extension BlockSchemaBuilder {
  private mutating func leaf(
    _ content: BlockLeaf, _ name: String, _ type: ColumnFormat.ValueType,
    _ encoding: ColumnFormat.Encoding, _ codec: Codec,
    repetition: SchemaNode.Repetition = .required, hasBounds: Bool = true
  ) -> SchemaNode {
    contents.append(content)
    let codec =
      switch compression {
      case .standard: codec
      case .zstd: Codec.zstd
      case .snappy: Codec.snappy
      case .uncompressed: Codec.uncompressed
      }
    // Nothing is saved by passing over pages of a block in memory by their texts.
    let hasBounds =
      hasBounds && !(compression == .uncompressed && (type == .text || type == .bytes))
    return .leaf(
      ColumnFormat(name, type, encoding, codec, repetition: repetition, hasBounds: hasBounds))
  }

  /// A repeated group: plain in vParquet5, a LIST of three levels before.
  private func list(_ name: String, _ children: [SchemaNode]) -> SchemaNode {
    if isNewest { return .group(name, .repeated, children) }
    return .group(
      name, .required, [.group("list", .repeated, [.group("element", .required, children)])],
      annotation: .list)
  }

  /// A repeated scalar.
  private mutating func values(
    _ content: BlockLeaf, _ name: String, _ type: ColumnFormat.ValueType,
    _ encoding: ColumnFormat.Encoding
  ) -> SchemaNode {
    if isNewest { return leaf(content, name, type, encoding, .snappy, repetition: .repeated) }
    let element = leaf(content, "element", type, encoding, .snappy)
    return .group(
      name, .required, [.group("list", .repeated, [element])], annotation: .list)
  }
}
