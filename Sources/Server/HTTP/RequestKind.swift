/// What a transport has to know of a request before it is answered.
package struct RequestKind: Sendable {
  /// One name for all requests of an endpoint, whatever ID or tag they are about.
  package var routeName: String
  /// `search`, `traces`, `metrics`, `metadata`; nil for what is answered without any data.
  package var operation: String?
  /// Whether the answer depends on the body; all others leave it unread.
  package var readsBody: Bool

  /// nil if there is no such endpoint.
  package init?(_ request: APIRequest) {
    guard !request.rawPath.contains("//"), let route = Route(path: request.path) else {
      return nil
    }
    routeName = route.name
    operation = route.operation
    readsBody = route == .traceDiff || route == .mcp
  }

  /// Whether the same request later may get another answer although the data stays the same.
  package func dependsOnTime(_ request: APIRequest) -> Bool {
    let parameters = Parameters(request.query)
    if parameters["since"] != nil { return true }
    return operation == "metrics" && (parameters["start"] == nil || parameters["end"] == nil)
  }
}

extension APIRequest {
  /// The form of answers it asks for: one of three names, however long its `Accept` header is.
  package var acceptedForm: String { MediaType(accept: header("Accept")).rawValue }

  /// The same request without `prefix` in front of its API path; nil if it has another one.
  package func removing(prefix: String) -> APIRequest? {
    guard !prefix.isEmpty, path.hasPrefix(prefix) || path.hasPrefix("/api/") else { return self }
    guard path.hasPrefix(prefix + "/api/") else { return nil }
    var request = self
    request.path = String(path.dropFirst(prefix.count))
    request.rawPath = String(rawPath.dropFirst(prefix.count))
    return request
  }
}

/// Whose data a request asks for.
package enum RequestTenants {
  /// Tenant IDs, sorted, each once; or the answer that refuses the request.
  package static func parse(
    _ header: String?, severalAllowed: Bool
  ) -> Result<[String], TenantRefusal> {
    do throws(APIError) {
      return .success(try TenantHeader.parse(header, severalAllowed: severalAllowed))
    } catch {
      return .failure(TenantRefusal(response: error.response))
    }
  }
}

package struct TenantRefusal: Error, Sendable {
  package var response: APIResponse
}
