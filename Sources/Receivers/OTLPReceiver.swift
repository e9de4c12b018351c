import LiveStore
import Server

/// OTLP over HTTP: `POST /v1/traces` (ingest.md 4).
enum OTLPReceiver {
  /// Requests are answered in the encoding they came in.
  enum Encoding: String {
    case protobuf = "application/x-protobuf"
    case json = "application/json"

    init?(_ request: APIRequest) {
      let header = request.header("Content-Type") ?? ""
      let media = header.prefix { $0 != ";" && $0 != " " }.lowercased()
      self.init(rawValue: media)
    }

    var format: SpanFormat { self == .json ? .otlpJSON : .otlpProtobuf }
  }

  /// Seconds after which a sender that was too fast may come again.
  private static let retrySeconds = 5

  static func read(
    _ request: APIRequest, bodyBytesMax: Int
  ) -> Result<ReceivedSpans, ReceiverRefusal> {
    guard request.path == "/v1/traces" else {
      return .failure(ReceiverRefusal(response: .text("404 page not found\n", status: 404)))
    }
    guard request.method == "POST" else {
      return refuse("405 method not allowed, supported: [POST]", status: 405)
    }
    guard let encoding = Encoding(request) else {
      return refuse(
        "415 unsupported media type, supported: [application/json, application/x-protobuf]",
        status: 415)
    }
    do throws(RequestBody.Problem) {
      let body = try RequestBody.decode(request, bytesMax: bodyBytesMax)
      return .success(ReceivedSpans(format: encoding.format, body: body))
    } catch {
      switch error {
      case .unsupported(let coding):
        return refuse("unsupported Content-Encoding: \(coding)", status: 400)
      case .corrupt(let text):
        let status = RPCStatus(code: .invalidArgument, message: text)
        return .failure(ReceiverRefusal(response: status.response(request, status: 400)))
      case .tooLarge:
        return .failure(ReceiverRefusal(response: ReceiverKind.otlp.tooLarge(request)))
      }
    }
  }

  static func answer(
    _ request: APIRequest, _ result: Result<Int, IngestRefusal>
  ) -> APIResponse {
    let encoding = Encoding(request) ?? .protobuf
    switch result {
    case .success:
      return APIResponse(
        status: 200, contentType: encoding.rawValue,
        body: encoding == .json ? Array(#"{"partialSuccess":{}}"#.utf8) : [0x0A, 0x00])
    case .failure(.rateLimited(let text)):
      return RPCStatus(
        code: .resourceExhausted, message: text, retrySeconds: retrySeconds
      ).response(request, status: 429)
    case .failure(.unavailable(let text)):
      return RPCStatus(code: .unavailable, message: text, retrySeconds: retrySeconds)
        .response(request, status: 503)
    case .failure(let refusal):
      return RPCStatus(code: .invalidArgument, message: refusal.message)
        .response(request, status: 400)
    }
  }

  static func answer(_ request: APIRequest, _ problem: TenantProblem) -> APIResponse {
    switch problem {
    case .missing:
      RPCStatus(code: .unavailable, message: problem.message).response(request, status: 503)
    case .malformed(let text):
      RPCStatus(code: .invalidArgument, message: text).response(request, status: 400)
    }
  }

  private static func refuse(
    _ text: String, status: Int
  ) -> Result<ReceivedSpans, ReceiverRefusal> {
    .failure(ReceiverRefusal(response: .text(text, status: status)))
  }
}
