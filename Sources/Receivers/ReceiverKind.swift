package import LiveStore
package import Server

/// The protocols in which spans are sent to us, all over HTTP.
package enum ReceiverKind: String, Sendable, CaseIterable {
  case otlp, zipkin
  case jaeger

  /// Where it listens if nothing else is said (ingest.md 1).
  package var defaultEndpoint: String {
    switch self {
    case .otlp: "localhost:4318"
    case .zipkin: "localhost:9411"
    case .jaeger: "localhost:14268"
    }
  }

  /// What logs and metrics call it.
  package var routeName: String {
    switch self {
    case .otlp: "v1_traces"
    case .zipkin: "zipkin_spans"
    case .jaeger: "jaeger_traces"
    }
  }

  /// The spans a request carries, or the answer that refuses it.
  package func read(
    _ request: APIRequest, bodyBytesMax: Int
  ) -> Result<ReceivedSpans, ReceiverRefusal> {
    switch self {
    case .otlp: OTLPReceiver.read(request, bodyBytesMax: bodyBytesMax)
    case .zipkin: ZipkinReceiver.read(request, bodyBytesMax: bodyBytesMax)
    case .jaeger: JaegerReceiver.read(request, bodyBytesMax: bodyBytesMax)
    }
  }

  /// The answer to a request whose spans were taken, or not.
  package func answer(
    _ request: APIRequest, _ result: Result<Int, IngestRefusal>
  ) -> APIResponse {
    switch self {
    case .otlp: OTLPReceiver.answer(request, result)
    case .zipkin: ZipkinReceiver.answer(result)
    case .jaeger: JaegerReceiver.answer(result)
    }
  }

  /// The answer to a request whose tenant cannot be told.
  package func answer(_ request: APIRequest, _ refusal: TenantProblem) -> APIResponse {
    switch self {
    case .otlp: OTLPReceiver.answer(request, refusal)
    case .zipkin: ZipkinReceiver.internalError
    case .jaeger: JaegerReceiver.refused(refusal.message)
    }
  }

  /// The answer to a body that is too large, of which nothing was read.
  package func tooLarge(_ request: APIRequest) -> APIResponse {
    let text = "http: request body too large"
    return self == .otlp
      ? RPCStatus(code: .invalidArgument, message: text).response(request, status: 400)
      : .text(text + "\n", status: 413)
  }
}

/// A request's body, decompressed, and what it is.
package struct ReceivedSpans: Sendable {
  package var format: SpanFormat
  package var body: [UInt8]
}

/// A request that is answered before anybody looks at its spans.
package struct ReceiverRefusal: Error, Sendable {
  package var response: APIResponse
}

/// Why nobody knows whose spans these are.
package enum TenantProblem: Error, Sendable {
  case missing
  case malformed(String)

  var message: String {
    switch self {
    case .missing: "no org id"
    case .malformed(let text): text
    }
  }

  /// Whose spans a request brings: exactly one tenant's.
  package static func tenant(
    of request: APIRequest, isMultitenant: Bool
  ) -> Result<String, TenantProblem> {
    guard isMultitenant else { return .success("single-tenant") }
    guard let header = request.header("X-Scope-OrgID"), !header.isEmpty else {
      return .failure(.missing)
    }
    switch RequestTenants.parse(header, severalAllowed: false) {
    case .success(let names):
      guard let name = names.first, names.count == 1 else {
        return .failure(.malformed("multiple org IDs present"))
      }
      if name == "wal" || name == "blocks" || name.hasPrefix(".") || looksLikeBlock(name) {
        return .failure(.malformed("tenant ID '\(name)' has a meaning as the name of a folder"))
      }
      return .success(name)
    case .failure(let refusal):
      let text = String(decoding: refusal.response.body, as: UTF8.self)
      return .failure(.malformed(text.hasSuffix("\n") ? String(text.dropLast()) : text))
    }
  }

  /// A folder called like a block is taken for one.
  private static func looksLikeBlock(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
  }
}
