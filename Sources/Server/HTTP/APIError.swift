/// A request that gets a plain text answer instead of a result.
struct APIError: Error, Equatable {
  var status: Int
  /// The whole body.
  var message: String

  init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  static func badRequest(_ message: String) -> APIError { APIError(400, message) }

  var response: APIResponse { .text(message, status: status) }
}
