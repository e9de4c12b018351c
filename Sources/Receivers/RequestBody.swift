import Compression
package import Server

/// Bodies as their `Content-Encoding` says.
package enum RequestBody {
  package enum Problem: Error, Equatable {
    case unsupported(String)
    case corrupt(String)
    case tooLarge
  }

  /// The decoded body, of at most `bytesMax` bytes.
  package static func decode(
    _ request: APIRequest, bytesMax: Int
  ) throws(Problem) -> [UInt8] {
    guard request.body.count <= bytesMax else { throw .tooLarge }
    let coding = request.header("Content-Encoding")?.lowercased() ?? ""
    switch coding {
    case "", "identity": return request.body
    case "gzip", "zlib", "deflate": return try decode(request.body, .gzip, bytesMax)
    case "zstd": return try decode(request.body, .zstd, bytesMax)
    case "snappy": return try snappy(request.body, bytesMax)
    default: throw .unsupported(coding)
    }
  }

  private static func decode(
    _ body: [UInt8], _ codec: Codec, _ bytesMax: Int
  ) throws(Problem) -> [UInt8] {
    do throws(CompressionError) {
      return try StreamDecoder.decode(body, codec, bytesMax: bytesMax)
    } catch {
      // One more byte than allowed is told apart from nonsense by the decoder's words only.
      if error.message.contains("bytes allowed") { throw .tooLarge }
      throw .corrupt("\(codec.rawValue): \(error.message)")
    }
  }

  /// A snappy block says in front how long it becomes.
  private static func snappy(_ body: [UInt8], _ bytesMax: Int) throws(Problem) -> [UInt8] {
    var count = 0
    for (i, byte) in body.prefix(5).enumerated() {
      count |= Int(byte & 0x7F) << (7 * i)
      if byte < 0x80 { break }
    }
    guard count <= bytesMax else { throw .tooLarge }
    guard count <= Codec.snappy.outputBytesMax(inputBytes: body.count) else {
      throw .corrupt("snappy: corrupt data")
    }
    var output = [UInt8](repeating: 0, count: count)
    var failure: CompressionError?
    body.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { output in
        do throws(CompressionError) {
          try Codec.snappy.decompress(input, into: output)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw .corrupt("snappy: \(failure.message)") }
    return output
  }
}
