import Compression
import Receivers
import Server

/// Compression of bodies: of answers as the client accepts it, of requests as it says.
enum ContentCoding {
  /// Shorter bodies are not worth it.
  static let bytesMin = 1_024

  /// The coding to use for that `Accept-Encoding` header, nil for none: the client's favourite, of
  /// equals the faster one.
  static func choose(_ accepted: String?) -> Compressor? {
    guard let accepted else { return nil }
    let offers = accepted.split(separator: ",").map(offer)
    var best: (coding: Compressor, quality: Double)?
    for coding in Compressor.allCases {
      let named = offers.first { $0.name == coding.rawValue } ?? offers.first { $0.name == "*" }
      if let quality = named?.quality, quality > best?.quality ?? 0 { best = (coding, quality) }
    }
    return best?.coding
  }

  /// `gzip;q=0.5` as a name and how much it is liked.
  private static func offer(_ item: Substring) -> (name: String, quality: Double) {
    let parts = item.split(separator: ";").map { $0.trimmed.lowercased() }
    let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map {
      Double($0.dropFirst(2)) ?? 0
    }
    return (parts.first ?? "", quality ?? 1)
  }

  /// The response as that client should get it.
  static func apply(to response: inout APIResponse, accepted: String?) {
    response.headers.append(APIResponse.Header(name: "Vary", value: "Accept-Encoding"))
    guard response.body.count >= bytesMin, let coding = choose(accepted),
      let body = coding.compress(response.body)
    else { return }
    response.body = body
    response.headers.append(
      APIResponse.Header(name: "Content-Encoding", value: coding.rawValue))
  }
}

extension TraceServer {
  /// The request with its body as it was before the client compressed it. What it becomes has the
  /// limit of bodies, not what was sent.
  func decoded(_ request: APIRequest, _ active: Active) -> Result<APIRequest, BodyRefusal> {
    guard !request.body.isEmpty, request.header("Content-Encoding") != nil else {
      return .success(request)
    }
    var whole = request
    do throws(RequestBody.Problem) {
      whole.body = try RequestBody.decode(request, bytesMax: active.configuration.bodyBytesMax)
      return .success(whole)
    } catch {
      switch error {
      case .unsupported(let coding):
        let text = "unsupported Content-Encoding '\(coding)'; it can be \(RequestBody.codings)"
        return .failure(BodyRefusal(response: .text(text, status: 415)))
      case .corrupt(let text):
        return .failure(BodyRefusal(response: .text("cannot read the body: \(text)", status: 400)))
      case .tooLarge: return .failure(BodyRefusal(response: Self.bodyTooLarge))
      }
    }
  }
}

extension Substring {
  /// Without blanks around it.
  fileprivate var trimmed: Substring {
    var text = self[...]
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
