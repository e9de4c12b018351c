import Server
import Wire

/// `google.rpc.Status`, in which OTLP's errors are told (ingest.md 4).
struct RPCStatus {
  enum Code: Int {
    case invalidArgument = 3
    case resourceExhausted = 8
    case unavailable = 14
  }

  var code: Code
  var message: String
  /// When to try again; nil leaves it open.
  var retrySeconds: Int?

  init(code: Code, message: String, retrySeconds: Int? = nil) {
    self.code = code
    self.message = message
    self.retrySeconds = retrySeconds
  }

  private static let retryType = "type.googleapis.com/google.rpc.RetryInfo"

  /// The status in the encoding of the request.
  func response(_ request: APIRequest, status: Int) -> APIResponse {
    let encoding = OTLPReceiver.Encoding(request) ?? .protobuf
    var response = APIResponse(
      status: status, contentType: encoding.rawValue,
      body: encoding == .json ? json : protobuf)
    if let retrySeconds {
      response.headers.append(APIResponse.Header(name: "Retry-After", value: "\(retrySeconds)"))
    }
    return response
  }

  private var protobuf: [UInt8] {
    var writer = ProtobufWriter()
    writer.int64(1, Int64(code.rawValue))
    writer.string(2, message)
    if let retrySeconds {
      writer.message(3) { any in
        any.string(1, Self.retryType)
        any.message(2) { info in
          info.message(1) { delay in delay.int64(1, Int64(retrySeconds)) }
        }
      }
    }
    return writer.bytes
  }

  private var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { status in
      status.key("code")
      status.int(code.rawValue)
      status.key("message")
      status.string(message)
      guard let retrySeconds else { return }
      status.key("details")
      status.array { details in
        details.object { info in
          info.key("@type")
          info.string(Self.retryType)
          info.key("retryDelay")
          info.string("\(retrySeconds)s")
        }
      }
    }
    return writer.bytes
  }
}
