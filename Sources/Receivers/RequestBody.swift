import Compression
package import Server

/// Bodies as their `Content-Encoding` says.
package enum RequestBody {
  package enum Problem: Error, Equatable {
    case unsupported(String)
    case corrupt(String)
    case tooLarge
  }

  /// What `Content-Encoding` can be, as a sentence says it.
  package static let codings =
    "gzip, zlib, deflate, zstd, snappy, x-snappy-framed or lz4"

  /// The decoded body, of at most `bytesMax` bytes.
  package static func decode(
    _ request: APIRequest, bytesMax: Int
  ) throws(Problem) -> [UInt8] {
    guard request.body.count <= bytesMax else { throw .tooLarge }
    let coding = request.header("Content-Encoding")?.lowercased() ?? ""
    switch coding {
    case "", "identity": return request.body
    case "snappy":
      return try decoded(coding) { () throws(CompressionError) in
        try SnappyBlock.decode(request.body[...], bytesMax: bytesMax)
      }
    default:
      // Both are what HTTP calls deflate; the decoder tells them from gzip by the first byte.
      let name = coding == "zlib" || coding == "deflate" ? "gzip" : coding
      guard let format = StreamFormat(rawValue: name) else { throw .unsupported(coding) }
      return try decoded(coding) { () throws(CompressionError) in
        try StreamDecoder.decode(request.body, format, bytesMax: bytesMax)
      }
    }
  }

  private static func decoded(
    _ coding: String, _ decode: () throws(CompressionError) -> [UInt8]
  ) throws(Problem) -> [UInt8] {
    do throws(CompressionError) {
      return try decode()
    } catch {
      throw error.exceedsLimit ? .tooLarge : .corrupt("\(coding): \(error.message)")
    }
  }
}
