import Engine
import Server
import Storage

/// A server over no blocks: what it says before it looks at any.
struct EmptyServer {
  /// 2026-01-15 00:00:00 UTC.
  var options = APIOptions(nowNanoseconds: 1_768_435_200_000_000_000)

  func get(
    _ target: String, method: String = "GET", headers: [(name: String, value: String)] = []
  ) async -> APIResponse {
    await APIServer(blocks: [], options: options).respond(
      to: APIRequest(method: method, target: target, headers: headers))
  }

  /// Status and body of the answer.
  func answer(_ target: String) async -> String {
    let response = await get(target)
    return "\(response.status) \(response.text)"
  }
}

extension APIResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// Percent-encodes everything but unreserved characters.
func percentEncoded(_ text: String) -> String {
  text.utf8.map { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
      return String(Unicode.Scalar(byte))
    default:
      let hex = String(byte, radix: 16, uppercase: true)
      return "%" + (hex.count < 2 ? "0" : "") + hex
    }
  }.joined()
}
