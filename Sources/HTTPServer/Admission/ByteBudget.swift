import Server
import Synchronization

/// Bytes that may be held at a time, by all who share it.
final class ByteBudget: Sendable {
  private let used = Atomic<Int>(0)
  private let bytesMax: Int

  /// 0 is no limit.
  init(bytesMax: Int) { self.bytesMax = bytesMax > 0 ? bytesMax : .max }

  var usedBytes: Int { used.load(ordering: .relaxed) }

  /// Whether there was room. What is larger than all of it is let in alone.
  func take(_ bytes: Int) -> Bool {
    let before = used.add(bytes, ordering: .relaxed).oldValue
    guard before > 0, bytes > bytesMax - min(before, bytesMax) else { return true }
    used.subtract(bytes, ordering: .relaxed)
    return false
  }

  func giveBack(_ bytes: Int) { used.subtract(bytes, ordering: .relaxed) }
}

extension APIResponse {
  /// Not now: the client is to come again in a moment.
  static func busy(_ text: String, status: Int = 503) -> APIResponse {
    var response = APIResponse.text(text, status: status)
    response.headers.append(Header(name: "Retry-After", value: "1"))
    return response
  }
}
