import Wire

/// Decodes a `SearchResponse` by the field numbers of its definition, into lines of text that can
/// be compared with the JSON of the same answer.
enum ProtobufSearch {
  static func decode(_ bytes: [UInt8]) throws -> [[String]] {
    var traces: [[String]] = []
    try fields(ProtobufReader(bytes)) { field in
      if field.number == 1 { traces.append(try trace(field.message())) }
    }
    return traces
  }

  private static func trace(_ reader: ProtobufReader) throws -> [String] {
    var lines = [String](repeating: "", count: 5)
    var sets: [String] = []
    var services: [String] = []
    try fields(reader) { field in
      switch field.number {
      case 1...3: lines[field.number - 1] = try field.string()
      case 4, 5: lines[field.number - 1] = "\(try field.uint64())"
      case 6: sets.insert(try set(field.message()), at: 0)
      case 7: sets.append(try set(field.message()))
      case 8: services.append(try service(field.message()))
      default: break
      }
    }
    return lines + sets + services
  }

  private static func set(_ reader: ProtobufReader) throws -> String {
    var spans: [String] = []
    var matched: UInt64 = 0
    var attributes: [String] = []
    try fields(reader) { field in
      switch field.number {
      case 1: spans.append(try span(field.message()))
      case 2: matched = try field.uint64()
      case 3: attributes.append(try attribute(field.message()))
      default: break
      }
    }
    return "\(spans) \(matched) \(attributes)"
  }

  private static func span(_ reader: ProtobufReader) throws -> String {
    var texts = ["", ""]
    var numbers: [UInt64] = [0, 0]
    var attributes: [String] = []
    try fields(reader) { field in
      switch field.number {
      case 1, 2: texts[field.number - 1] = try field.string()
      case 3, 4: numbers[field.number - 3] = try field.uint64()
      case 5: attributes.append(try attribute(field.message()))
      default: break
      }
    }
    return "\(texts) \(numbers) \(attributes)"
  }

  private static func attribute(_ reader: ProtobufReader) throws -> String {
    var text = ""
    try fields(reader) { field in
      if field.number == 1 { text += try field.string() }
      if field.number == 2 {
        try fields(field.message()) { value in
          switch value.number {
          case 1: text += "=" + (try value.string())
          case 3: text += "=\(try value.int64())"
          default: text += " (field \(value.number))"
          }
        }
      }
    }
    return text
  }

  private static func service(_ reader: ProtobufReader) throws -> String {
    var (name, spans, errors) = ("", UInt64(0), UInt64(0))
    try fields(reader) { field in
      if field.number == 1 { name = try field.string() }
      if field.number == 2 {
        try fields(field.message()) { count in
          if count.number == 1 { spans = try count.uint64() }
          if count.number == 2 { errors = try count.uint64() }
        }
      }
    }
    return "\(name) \(spans) \(errors)"
  }

  private static func fields(
    _ reader: ProtobufReader, _ body: (ProtobufField) throws -> Void
  ) throws {
    var reader = reader
    while let field = try reader.next() { try body(field) }
  }
}

// MARK: The same lines from JSON

extension ProtobufSearch {
  static func summary(_ trace: JSON) -> [String] {
    let scalars = [
      "traceID", "rootServiceName", "rootTraceName", "startTimeUnixNano", "durationMs",
    ]
    let sets = [trace["spanSet"] ?? .null] + (trace["spanSets"]?.elements ?? [])
    let services = (trace["serviceStats"]?.members ?? []).map {
      "\($0.name) \($0.value["spanCount"]?.uint64 ?? 0) \($0.value["errorCount"]?.uint64 ?? 0)"
    }
    return scalars.map { text(trace[$0]) } + sets.map(set) + services
  }

  private static func set(_ json: JSON) -> String {
    let spans = (json["spans"]?.elements ?? []).map { span in
      "\([text(span["spanID"]), text(span["name"])]) "
        + "\([span["startTimeUnixNano"]?.uint64 ?? 0, span["durationNanos"]?.uint64 ?? 0]) "
        + "\(attributes(span))"
    }
    return "\(spans) \(json["matched"]?.uint64 ?? 0) \(attributes(json))"
  }

  private static func attributes(_ json: JSON) -> [String] {
    (json["attributes"]?.elements ?? []).map { attribute in
      let value = attribute["value"]
      return text(attribute["key"]) + "="
        + text(value?["stringValue"] ?? value?["intValue"])
    }
  }

  private static func text(_ json: JSON?) -> String {
    switch json {
    case .string(let text), .number(let text): text
    default: ""
    }
  }
}
