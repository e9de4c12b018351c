import Wire

extension BlockMetadata {
  /// Reads the bytes of a `meta.json`; `file` names it in errors.
  ///
  /// Missing and unknown keys are tolerated, wrong types are not: a guess would give wrong answers.
  package init(json bytes: [UInt8], file: String) throws(StorageError) {
    let json: JSON
    do throws(JSONError) {
      json = try JSONReader.read(bytes)
    } catch {
      throw .damaged(file: file, offset: error.offset, message: error.message)
    }
    try self.init(json: json, file: file)
  }

  /// Reads one block's metadata from a JSON tree.
  init(json: JSON, file: String) throws(StorageError) {
    guard json.members != nil else {
      throw .damaged(file: file, offset: 0, message: "a block's metadata should be an object")
    }
    let fields = MetadataFields(json: json, file: file)
    guard let format = try fields.text("format") else {
      throw .damaged(file: file, offset: nil, message: "'format', the block's version, is missing")
    }
    guard let version = BlockVersion(format: format) else {
      throw .unsupportedVersion(format, file: file)
    }
    self.init(
      version: version, blockID: try fields.text("blockID") ?? "",
      tenant: try fields.text("tenantID") ?? "")
    self.format = format
    setTimes(start: try fields.time("startTime"), end: try fields.time("endTime"))
    traceCount = try fields.count("totalObjects")
    byteCount = try fields.count("size")
    compactionLevel = try fields.count("compactionLevel")
    rowGroupCount = try fields.count("totalRecords")
    bloomShardCount = Self.bloomShards(announced: try fields.count("bloomShards"))
    footerByteCount = try fields.count("footerSize")
    replicationFactor = try fields.count("replicationFactor")
    if let list = json["dedicatedColumns"], !list.isNull {
      dedicatedColumns = try DedicatedColumn.list(json: list, file: file)
    }
  }
}

extension DedicatedColumn {
  /// Reads the list of a block's metadata.
  static func list(json: JSON, file: String) throws(StorageError) -> [DedicatedColumn] {
    guard let entries = json.elements else {
      throw .damaged(file: file, offset: nil, message: "'dedicatedColumns' should be an array")
    }
    var columns: [DedicatedColumn] = []
    for entry in entries {
      let fields = MetadataFields(json: entry, file: file)
      guard let name = try fields.text("n"), !name.isEmpty else {
        throw .damaged(
          file: file, offset: nil, message: "an entry of 'dedicatedColumns' has no name 'n'")
      }
      let scope: AttributeScope? =
        switch try fields.text("s") ?? "" {
        case "", "span": .span
        case "resource": .resource
        case "event": .event
        default: nil
        }
      let kind: Kind? =
        switch try fields.text("t") ?? "" {
        case "", "string": .text
        case "int": .int
        default: nil
        }
      let options = (entry["o"]?.elements ?? []).compactMap(\.string)
      columns.append(DedicatedColumn(scope: scope, name: name, kind: kind, options: options))
    }
    return columns
  }
}

/// Typed access to the members of one object; a missing or null member is nil or zero.
private struct MetadataFields {
  var json: JSON
  var file: String

  func text(_ key: String) throws(StorageError) -> String? {
    guard let value = present(key) else { return nil }
    guard let text = value.string else { throw wrong(key, "a string") }
    return text
  }

  func count(_ key: String) throws(StorageError) -> Int {
    guard let value = present(key) else { return 0 }
    guard let number = value.int64, number >= 0 else { throw wrong(key, "a number, 0 or more") }
    return Int(number)
  }

  func time(_ key: String) throws(StorageError) -> UInt64? {
    guard let text = try text(key), !text.isEmpty else { return nil }
    guard let time = RFC3339.nanoseconds(text) else {
      throw wrong(key, "a time such as 2026-11-20T23:09:12Z")
    }
    return time
  }

  private func present(_ key: String) -> JSON? {
    guard let value = json[key], !value.isNull else { return nil }
    return value
  }

  private func wrong(_ key: String, _ expected: String) -> StorageError {
    .damaged(file: file, offset: nil, message: "'\(key)' should be \(expected)")
  }
}
