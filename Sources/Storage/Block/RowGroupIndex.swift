import Wire

/// The object `index` of a block: the highest trace ID of each row group.
package struct RowGroupIndex: Sendable, Equatable {
  package let lastTraceIDs: [[UInt8]]

  /// Reads the JSON of an index; `file` names it in errors.
  package init(json bytes: [UInt8], file: String) throws(StorageError) {
    let json: JSON
    do throws(JSONError) {
      json = try JSONReader.read(bytes)
    } catch {
      throw .damaged(file: file, offset: error.offset, message: error.message)
    }
    guard let list = json["rowGroups"], !list.isNull else {
      lastTraceIDs = []
      return
    }
    guard let entries = list.elements else {
      throw .damaged(file: file, offset: nil, message: "'rowGroups' should be an array")
    }
    var ids: [[UInt8]] = []
    for entry in entries {
      guard let id = entry.string.flatMap({ Base64.decode($0) }), id.count == 16 else {
        throw .damaged(
          file: file, offset: nil,
          message: "entry \(ids.count) of 'rowGroups' is not a trace ID in base64")
      }
      ids.append(id)
    }
    lastTraceIDs = ids
  }

  /// The JSON of an index, from the highest trace ID of each row group.
  package static func json(lastTraceIDs: [[UInt8]]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("rowGroups")
      writer.array { writer in
        for id in lastTraceIDs { writer.string(Base64.encode(id)) }
      }
    }
    return writer.bytes
  }

  /// The only row group that can hold `traceID`; nil if it lies above all of them.
  package func rowGroup(of traceID: [UInt8]) -> Int? {
    var low = 0
    var high = lastTraceIDs.count
    while low < high {
      let middle = (low + high) / 2
      if lastTraceIDs[middle].lexicographicallyPrecedes(traceID) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < lastTraceIDs.count ? low : nil
  }
}
