import LiveStore
import Server

/// Zipkin's JSON of version 2, on any path but those of version 1 (ingest.md 8).
enum ZipkinReceiver {
  static func read(
    _ request: APIRequest, bodyBytesMax: Int
  ) -> Result<ReceivedSpans, ReceiverRefusal> {
    if request.path.contains("api/v1/spans") {
      return refuse("spans of Zipkin's version 1 are not taken; send version 2 to /api/v2/spans")
    }
    let type = request.header("Content-Type")?.lowercased() ?? ""
    if type == "application/x-protobuf" || type == "application/x-thrift" {
      return refuse("spans of Zipkin are taken as JSON; this is \(type)")
    }
    do throws(RequestBody.Problem) {
      let body = try RequestBody.decode(request, bytesMax: bodyBytesMax)
      return .success(ReceivedSpans(format: .zipkinJSON, body: body))
    } catch {
      switch error {
      case .unsupported(let coding): return refuse("unsupported Content-Encoding: \(coding)")
      case .corrupt(let text): return refuse(text)
      case .tooLarge:
        return .failure(ReceiverRefusal(response: ReceiverKind.zipkin.tooLarge(request)))
      }
    }
  }

  static func answer(_ result: Result<Int, IngestRefusal>) -> APIResponse {
    switch result {
    case .success: APIResponse(status: 202, contentType: nil, body: [])
    case .failure(.unavailable(let text)): unavailable(text)
    case .failure(.rateLimited): internalError
    case .failure(let refusal): .text(refusal.message + "\n", status: 400)
    }
  }

  /// What Tempo answers to all that goes wrong behind the parser.
  static let internalError = APIResponse.text(#""Internal Server Error""#, status: 500)

  private static func refuse(_ text: String) -> Result<ReceivedSpans, ReceiverRefusal> {
    .failure(ReceiverRefusal(response: .text(text + "\n", status: 400)))
  }
}

/// No room or no disk just now: 503 tells senders to come again.
func unavailable(_ text: String) -> APIResponse {
  var response = APIResponse.text(text + "\n", status: 503)
  response.headers.append(APIResponse.Header(name: "Retry-After", value: "5"))
  return response
}
