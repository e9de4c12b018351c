import Compression
import Wire

extension TenantIndex {
  /// Reads `index.pb.zst`: one zstd frame around one protobuf message.
  package init(protobuf bytes: [UInt8], file: String) throws(StorageError) {
    guard let byteCount = Self.zstdContentByteCount(bytes) else {
      throw .damaged(
        file: file, offset: 0, message: "not a zstd frame that says how much it holds")
    }
    let message = try Self.decompress(.zstd, bytes, to: byteCount, file: file)
    self.init(createdAt: 0, blocks: [], compacted: [], refused: [])
    do throws(ProtobufError) {
      try read(ProtobufReader(message), file: file)
    } catch {
      throw .damaged(file: file, offset: nil, message: "decompressed, \(error)")
    }
  }

  private mutating func read(
    _ message: ProtobufReader, file: String
  ) throws(ProtobufError) {
    var message = message
    while let field = try message.next() {
      switch field.number {
      case 1: createdAt = try Self.time(try field.message())
      case 2:
        if let block = try block(try field.message(), at: field.offset, file: file) {
          blocks.append(block)
        }
      case 3:
        var entry = try field.message()
        while let field = try entry.next() {
          guard field.number == 1 else { continue }
          if let block = try block(try field.message(), at: field.offset, file: file) {
            compacted.append(block)
          }
        }
      default: break
      }
    }
  }

  /// One block; nil, and an entry of `refused`, if it is of a version this reader cannot read.
  private mutating func block(
    _ message: ProtobufReader, at offset: Int, file: String
  ) throws(ProtobufError) -> BlockMetadata? {
    var message = message
    var metadata = BlockMetadata(version: .vParquet5)
    metadata.format = ""
    metadata.replicationFactor = 0
    var start: UInt64?
    var end: UInt64?
    while let field = try message.next() {
      switch field.number {
      case 1: metadata.format = try field.string()
      case 2: metadata.blockID = BlockID.text(try field.bytes()) ?? ""
      case 5: metadata.tenant = try field.string()
      case 6: start = try Self.time(try field.message())
      case 7: end = try Self.time(try field.message())
      case 8: metadata.traceCount = Int(clamping: try field.uint64())
      case 9: metadata.byteCount = Int(clamping: try field.uint64())
      case 10: metadata.compactionLevel = Int(try field.uint32())
      case 13: metadata.rowGroupCount = Int(try field.uint32())
      case 15: metadata.bloomShardCount = Int(try field.uint32())
      case 16: metadata.footerByteCount = Int(try field.uint32())
      case 17: metadata.dedicatedColumns = try Self.dedicatedColumns(in: field, file: file)
      case 18: metadata.replicationFactor = Int(try field.uint32())
      default: break
      }
    }
    guard let version = BlockVersion(format: metadata.format) else {
      refused.append(.unsupportedVersion(metadata.format, file: file))
      return nil
    }
    guard !metadata.blockID.isEmpty else {
      throw ProtobufError(offset: offset, "a block without a 16-byte id")
    }
    metadata.version = version
    metadata.bloomShardCount = BlockMetadata.bloomShards(announced: metadata.bloomShardCount)
    metadata.setTimes(start: start, end: end)
    return metadata
  }

  /// The JSON text of the list; empty when there are none.
  private static func dedicatedColumns(
    in field: ProtobufField, file: String
  ) throws(ProtobufError) -> [DedicatedColumn] {
    let bytes = try field.bytes()
    if bytes.isEmpty { return [] }
    do {
      let json = try JSONReader.read(Array(bytes))
      return json.isNull ? [] : try DedicatedColumn.list(json: json, file: file)
    } catch {
      throw ProtobufError(offset: field.offset, "dedicated columns: \(error)")
    }
  }

  private static func time(_ message: ProtobufReader) throws(ProtobufError) -> UInt64 {
    var message = message
    var seconds: Int64 = 0
    var fraction: Int64 = 0
    while let field = try message.next() {
      switch field.number {
      case 1: seconds = try field.int64()
      case 2: fraction = try field.int64()
      default: break
      }
    }
    return RFC3339.nanoseconds(seconds: seconds, fraction: max(0, fraction))
  }

  /// The content size a zstd frame header announces (RFC 8878, 3.1.1); nil if it does not.
  private static func zstdContentByteCount(_ bytes: [UInt8]) -> Int? {
    guard bytes.count > 5, bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) else { return nil }
    let descriptor = bytes[4]
    let isSingleSegment = descriptor & 0x20 != 0
    let sizeBytes: Int
    switch descriptor >> 6 {
    case 0: sizeBytes = isSingleSegment ? 1 : 0
    case 1: sizeBytes = 2
    case 2: sizeBytes = 4
    default: sizeBytes = 8
    }
    let dictionaryBytes = [0, 1, 2, 4][Int(descriptor & 3)]
    let start = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes
    guard sizeBytes > 0, start + sizeBytes <= bytes.count else { return nil }
    let size = bytes[start..<start + sizeBytes].reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    return Int(exactly: sizeBytes == 2 ? size + 256 : size)
  }
}
