import OTLP
import Wire

/// What OTLP's exporters hide in the texts of Zipkin spans (ingest.md 8.2).
enum ZipkinText {
  /// An annotation: a name, or `name|{attributes}|dropped`.
  static func event(_ value: String, timeNanoseconds: UInt64) -> Event {
    let parts = value.split(separator: "|", omittingEmptySubsequences: false)
    if parts.count == 3, let attributes = attributes(String(parts[1])),
      let dropped = UInt32(parts[2])
    {
      return Event(
        timeNanoseconds: timeNanoseconds, name: String(parts[0]), attributes: attributes,
        droppedAttributesCount: dropped)
    }
    return Event(timeNanoseconds: timeNanoseconds, name: value)
  }

  /// A link: `trace|span|state|{attributes}|dropped`; fewer parts are none.
  static func link(_ value: String) -> Link? {
    let parts = value.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 5, let traceID = Hex.decode(parts[0]), let spanID = Hex.decode(parts[1])
    else { return nil }
    return Link(
      traceID: traceID, spanID: spanID, traceState: parts[2],
      attributes: attributes(parts[3]) ?? [], droppedAttributesCount: UInt32(parts[4]) ?? 0)
  }

  private static func attributes(_ text: String) -> [KeyValue]? {
    // Not JSON, not one of ours: the text is then taken as it stands.
    guard let members = (try? JSONReader.read(Array(text.utf8)))?.members else { return nil }
    return members.map { KeyValue(key: $0.name, value: value($0.value)) }
  }

  private static func value(_ json: JSON) -> AnyValue {
    switch json {
    case .null: .empty
    case .bool(let flag): .bool(flag)
    case .number(let digits): Int64(digits).map { .int($0) } ?? .double(Double(digits) ?? 0)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(value))
    case .object(let members): .map(members.map { KeyValue(key: $0.name, value: value($0.value)) })
    }
  }

  /// Tags that describe the process, not the span.
  static func isResourceTag(_ name: String) -> Bool { resourceTags.contains(name) }

  private static let resourceTags: Set<String> = {
    var names = Set(
      """
      service.name service.namespace service.instance.id service.version telemetry.sdk.name
      telemetry.sdk.language telemetry.sdk.version telemetry.auto.version cloud.provider
      cloud.account.id cloud.region cloud.availability_zone cloud.platform aws.ecs.container.arn
      aws.ecs.cluster.arn aws.ecs.launchtype aws.ecs.task.arn aws.ecs.task.family
      aws.ecs.task.revision aws.eks.cluster.arn aws.log.group.names aws.log.group.arns
      aws.log.stream.names aws.log.stream.arns container.name container.id container.runtime
      container.image.name container.image.tag deployment.environment device.id
      device.model.identifier device.model.name device.manufacturer faas.name faas.id faas.version
      faas.instance faas.max_memory host.id host.name host.type host.arch host.image.name
      host.image.id host.image.version k8s.cluster.name k8s.node.name k8s.node.uid
      k8s.namespace.name k8s.pod.uid k8s.pod.name k8s.container.name k8s.container.restart_count
      os.type os.description os.name os.version process.pid process.executable.name
      process.executable.path process.command process.command_line process.command_args
      process.owner process.runtime.name process.runtime.version process.runtime.description
      webengine.name webengine.version webengine.description opencensus.starttime
      opencensus.exporterversion opencensus.resourcetype
      """.split(whereSeparator: \.isWhitespace).map(String.init))
    for kind in ["replicaset", "deployment", "statefulset", "daemonset", "job", "cronjob"] {
      names.insert("k8s.\(kind).uid")
      names.insert("k8s.\(kind).name")
    }
    return names
  }()
}
