/// The query parameters of one request: of a repeated one the first counts, an empty one is absent.
struct Parameters {
  private let pairs: [(name: String, value: String)]

  init(_ pairs: [(name: String, value: String)]) { self.pairs = pairs }

  subscript(name: String) -> String? {
    guard let value = pairs.first(where: { $0.name == name })?.value, !value.isEmpty
    else { return nil }
    return value
  }

  /// Names and values in the order sent, each name once.
  var firstOfEach: [(name: String, value: String)] {
    var seen: Set<String> = []
    return pairs.filter { seen.insert($0.name).inserted && !$0.value.isEmpty }
  }

  /// An unsigned 32-bit parameter, 0 if absent; the error text starts `invalid <name>: `.
  func uint32(_ name: String) throws(APIError) -> UInt32 {
    guard let text = self[name] else { return 0 }
    do {
      return try GoNumber.uint32(text)
    } catch {
      throw .badRequest("invalid \(name): \(error.message)")
    }
  }

  /// A signed 64-bit parameter, 0 if absent.
  func int64(_ name: String) throws(APIError) -> Int64 {
    guard let text = self[name] else { return 0 }
    do {
      return try GoNumber.int64(text)
    } catch {
      throw .badRequest("invalid \(name): \(error.message)")
    }
  }

  /// A duration in Go's form in nanoseconds, 0 if absent.
  func goDuration(_ name: String) throws(APIError) -> Int64 {
    guard let text = self[name] else { return 0 }
    do {
      return try DurationText.go(text)
    } catch {
      throw .badRequest("invalid \(name): \(error.message)")
    }
  }

  /// The query expression `name`, nil if absent; too long a one is refused before it is looked at.
  func expression(_ name: String, bytesMax: Int) throws(APIError) -> String? {
    guard let text = self[name] else { return nil }
    guard text.utf8.count <= bytesMax else {
      throw .badRequest(
        "TraceQL expression exceeds the configured maximum size of \(bytesMax) bytes, reduce the "
          + "query expression size or contact your system administrator")
    }
    return text
  }
}
