import Compression
import Wire

/// The metadata of all blocks of a tenant in one object, so that a reader need not list a bucket.
package struct TenantIndex: Sendable, Equatable {
  /// Unix nanoseconds.
  package var createdAt: UInt64
  package var blocks: [BlockMetadata]
  /// Blocks that were replaced by others and will be deleted.
  package var compacted: [BlockMetadata]
  /// Blocks this reader cannot read, with the reason.
  package var refused: [StorageError]

  /// What an index may decompress to: 22,000 blocks take 12 MB.
  private static let byteCountMax = 1 << 30
}

// MARK: Reading

extension TenantIndex {
  /// Reads the index below `prefix`: the protobuf object if it exists and is whole, else the JSON
  /// one; nil if there is neither. Damage is noted in `warnings`.
  static func read(
    from store: any ObjectStore, prefix: String, warnings: inout [String]
  ) throws(StorageError) -> TenantIndex? {
    for (name, decode) in [
      ("index.pb.zst", TenantIndex.init(protobuf:file:)),
      ("index.json.gz", TenantIndex.init(gzippedJSON:file:)),
    ] {
      let location = store.location(of: prefix + name)
      do throws(StorageError) {
        let bytes = try store.read(prefix + name, byteCountMax: byteCountMax)
        return try decode(bytes, location)
      } catch {
        switch error {
        case .missing: continue
        case .damaged: warnings.append("\(error); going on without it")
        default: throw error
        }
      }
    }
    return nil
  }

  /// Reads `index.json.gz`: one gzip member around one JSON object.
  package init(gzippedJSON bytes: [UInt8], file: String) throws(StorageError) {
    guard bytes.count >= 18 else {
      throw .damaged(file: file, offset: bytes.count, message: "too short for a gzip file")
    }
    let announced = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let text = try Self.decompress(.gzip, bytes, to: announced, file: file)
    let json: JSON
    do throws(JSONError) {
      json = try JSONReader.read(text, limits: .init(byteCountMax: Self.byteCountMax))
    } catch {
      throw .damaged(file: file, offset: nil, message: "decompressed, \(error)")
    }
    guard json.members != nil else {
      throw .damaged(file: file, offset: nil, message: "a tenant index should be an object")
    }
    self.init(createdAt: 0, blocks: [], compacted: [], refused: [])
    createdAt = json["created_at"]?.string.flatMap { RFC3339.nanoseconds($0) } ?? 0
    blocks = try list(json["meta"], file: file)
    compacted = try list(json["compacted"], file: file)
  }

  private mutating func list(
    _ json: JSON?, file: String
  ) throws(StorageError) -> [BlockMetadata] {
    guard let json, !json.isNull else { return [] }
    guard let entries = json.elements else {
      throw .damaged(file: file, offset: nil, message: "the list of blocks should be an array")
    }
    var blocks: [BlockMetadata] = []
    for entry in entries {
      do throws(StorageError) {
        blocks.append(try BlockMetadata(json: entry, file: file))
      } catch {
        guard case .unsupportedVersion = error else { throw error }
        refused.append(error)
      }
    }
    return blocks
  }

  static func decompress(
    _ codec: Codec, _ bytes: [UInt8], to byteCount: Int, file: String
  ) throws(StorageError) -> [UInt8] {
    guard byteCount <= byteCountMax else {
      throw .damaged(
        file: file, offset: nil, message: "announces \(byteCount) bytes, more than an index has")
    }
    do throws(CompressionError) {
      return try codec.decompress(bytes, outputBytes: byteCount)
    } catch {
      throw .damaged(file: file, offset: nil, message: "\(codec.rawValue): \(error.message)")
    }
  }
}
