import TraceQL

/// What fields are at a place: traceql.md 3.3 and 3.4.
extension Place {
  func value(_ field: Field) -> OracleValue {
    switch field {
    case .attribute(let attribute): value(attribute)
    case .intrinsic(let intrinsic): value(intrinsic)
    }
  }

  // MARK: Attributes

  private func value(_ attribute: Attribute) -> OracleValue {
    let name = attribute.name
    let stored = span.stored
    switch attribute.scope {
    case .unscoped:
      return Self.find(name, stored.attributes) ?? resourceValue(name)
    case .span:
      return Self.find(name, stored.attributes) ?? .none
    case .resource:
      return resourceValue(name)
    case .instrumentation:
      return Self.find(name, span.scope.attributes) ?? .none
    case .event:
      return choose(event, stored.events) { Self.find(name, $0.attributes) ?? .none }
    case .link:
      return choose(link, stored.links) { Self.find(name, $0.attributes) ?? .none }
    case .parent:
      guard let parent else { return .none }
      let value = parent.value(Attribute(.unscoped, name))
      guard value.isNil, let intrinsic = Self.oldIntrinsics[name] else { return value }
      return parent.value(intrinsic)
    case .parentSpan:
      return parent?.value(Attribute(.span, name)) ?? .none
    case .parentResource:
      return parent?.value(Attribute(.resource, name)) ?? .none
    }
  }

  /// `parent.duration` and the like: intrinsics that are written without a colon (4.6).
  private static let oldIntrinsics: [String: Intrinsic] = [
    "duration": .duration, "name": .name, "status": .status, "statusMessage": .statusMessage,
    "kind": .kind, "rootName": .rootName, "rootServiceName": .rootServiceName,
    "traceDuration": .traceDuration, "nestedSetLeft": .nestedSetLeft,
    "nestedSetRight": .nestedSetRight, "nestedSetParent": .nestedSetParent,
  ]

  /// `resource.service.name` is never nil: no string reads as "".
  private func resourceValue(_ name: String) -> OracleValue {
    if name == "service.name" { return .string(OracleTrace.service(span.resource)) }
    return Self.find(name, span.resource) ?? .none
  }

  /// A `service.name` that is no string, which only comparisons with such values see.
  func otherServiceName(_ field: Field) -> OracleValue? {
    guard case .attribute(let attribute) = field, attribute.name == "service.name" else {
      return nil
    }
    let place: Place?
    switch attribute.scope {
    case .resource: place = self
    case .unscoped:
      place = span.stored.attributes.contains { $0.key == "service.name" } ? nil : self
    case .parentResource: place = parent
    case .parent:
      place = parent.flatMap { parent in
        parent.span.stored.attributes.contains { $0.key == "service.name" } ? nil : parent
      }
    default: place = nil
    }
    return place.flatMap { place in
      let others = place.span.resource.filter {
        $0.elements.count != 1 || $0.elements[0].text == nil
      }
      return Self.find("service.name", others)
    }
  }

  /// Nil if the key is missing; a key that occurs more than once is like an array of its values.
  static func find(_ key: String, _ attributes: [StoredAttribute]) -> OracleValue? {
    let found = attributes.filter { $0.key == key }
    return found.isEmpty ? nil : OracleValue(elements: found.flatMap(\.elements))
  }

  private func choose<Element>(
    _ choice: Choice, _ elements: [Element], _ read: (Element) -> OracleValue
  ) -> OracleValue {
    switch choice {
    case .none: .none
    case .at(let index): read(elements[index])
    case .anyThatCarries: elements.lazy.map(read).first { !$0.isNil } ?? .none
    }
  }

  // MARK: Intrinsics

  private func value(_ intrinsic: Intrinsic) -> OracleValue {
    let stored = span.stored
    let tree = trace.tree
    switch intrinsic {
    case .duration: return .duration(stored.duration)
    case .name: return .string(stored.name)
    case .status: return .status(stored.status)
    case .statusMessage: return .string(stored.statusMessage)
    case .kind: return .kind(stored.kind)
    case .spanID: return .string(HexID.padded(stored.id))
    case .parentID: return .string(HexID.padded(stored.parentID))
    case .childCount: return .int(tree.childCount[number])
    case .traceDuration: return .duration(trace.duration)
    case .rootName: return .string(trace.rootName)
    case .rootServiceName: return .string(trace.rootService)
    case .traceID: return .string(HexID.stripped(trace.id))
    case .eventName: return choose(event, stored.events) { .string($0.name) }
    case .eventTimeSinceStart: return choose(event, stored.events) { .duration($0.time) }
    case .linkTraceID: return choose(link, stored.links) { .string(HexID.stripped($0.traceID)) }
    case .linkSpanID: return choose(link, stored.links) { .string(HexID.padded($0.spanID)) }
    case .instrumentationName: return .string(span.scope.name)
    case .instrumentationVersion: return .string(span.scope.version)
    case .nestedSetLeft: return .int(tree.left[number])
    case .nestedSetRight: return .int(tree.right[number])
    case .nestedSetParent: return .int(tree.up[number])
    case .parent: return parent == nil ? .none : .bool(true)
    }
  }
}

/// IDs as text: traceql.md 3.3 and 5.4.
package enum HexID {
  package static func digits(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// 16 digits.
  package static func padded(_ bytes: [UInt8]) -> String {
    let text = digits(bytes)
    return String(repeating: "0", count: max(0, 16 - text.count)) + text
  }

  /// Without leading zeros.
  package static func stripped(_ bytes: [UInt8]) -> String {
    String(digits(bytes).drop { $0 == "0" })
  }

  /// What `=` compares: any case, any number of leading zeros. Nil for what is no ID.
  static func normal(_ text: String) -> String? {
    guard text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    return String(text.lowercased().drop { $0 == "0" })
  }
}
