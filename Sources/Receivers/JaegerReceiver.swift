import LiveStore
import Server

/// Jaeger's batches in Thrift's binary protocol: `POST /api/traces` (ingest.md 9.1).
enum JaegerReceiver {
  private static let types: Set<Substring> = [
    "application/x-thrift", "application/vnd.apache.thrift.binary",
  ]

  static func read(
    _ request: APIRequest, bodyBytesMax: Int
  ) -> Result<ReceivedSpans, ReceiverRefusal> {
    guard request.path == "/api/traces" else {
      return .failure(ReceiverRefusal(response: .text("404 page not found\n", status: 404)))
    }
    guard request.method == "POST" else {
      return .failure(
        ReceiverRefusal(response: APIResponse(status: 405, contentType: nil, body: [])))
    }
    let header = request.header("Content-Type") ?? ""
    guard types.contains(header.prefix { $0 != ";" && $0 != " " }) else {
      return refuse("Unsupported content type: \(header)")
    }
    do throws(RequestBody.Problem) {
      let body = try RequestBody.decode(request, bytesMax: bodyBytesMax)
      return .success(ReceivedSpans(format: .jaegerThrift, body: body))
    } catch {
      switch error {
      case .unsupported(let coding): return refuse("unsupported Content-Encoding: \(coding)")
      case .corrupt(let text): return refuse("Unable to process request body: \(text)")
      case .tooLarge:
        return .failure(ReceiverRefusal(response: ReceiverKind.jaeger.tooLarge(request)))
      }
    }
  }

  static func answer(_ result: Result<Int, IngestRefusal>) -> APIResponse {
    switch result {
    case .success: APIResponse(status: 202, contentType: nil, body: [])
    case .failure(.malformed(let text)):
      .text("Unable to process request body: \(text)\n", status: 400)
    case .failure(.unavailable(let text)): unavailable(text)
    case .failure(let refusal): refused(refusal.message)
    }
  }

  static func refused(_ text: String) -> APIResponse {
    .text("Cannot submit Jaeger batch: \(text)\n", status: 500)
  }

  private static func refuse(_ text: String) -> Result<ReceivedSpans, ReceiverRefusal> {
    .failure(ReceiverRefusal(response: .text(text + "\n", status: 400)))
  }
}
