/// A compressed stream that says itself where it ends: whole files, bodies of requests.
package enum StreamFormat: String, Sendable, CaseIterable {
  /// Members of gzip, or a zlib stream, one after the other.
  case gzip
  case zstd
  /// Frames of LZ4, with or without checksums.
  case lz4
  /// Snappy's chunks, each with its checksum.
  case snappyFramed = "x-snappy-framed"

  /// The format that the first bytes announce; nil for anything else.
  package init?(announcedBy bytes: some Collection<UInt8>) {
    switch true {
    case bytes.starts(with: [0x1F, 0x8B]): self = .gzip
    case bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]): self = .zstd
    case bytes.starts(with: [0x04, 0x22, 0x4D, 0x18]): self = .lz4
    case bytes.starts(with: SnappyFrames.identifier): self = .snappyFramed
    default: return nil
    }
  }

  /// What is inside the frames.
  var codec: Codec {
    switch self {
    case .gzip: .gzip
    case .zstd: .zstd
    case .lz4: .lz4Raw
    case .snappyFramed: .snappy
    }
  }
}
