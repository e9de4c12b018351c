import Synchronization

/// The sessions MCP clients opened, the oldest forgotten first.
package final class MCPSessions: Sendable {
  private struct State {
    var known: Set<String> = []
    var order: [String] = []
  }

  private static let countMax = 10_000
  private let state = Mutex(State())

  package init() {}

  /// A new session's name: `mcp-session-` and a random UUID.
  func open() -> String {
    var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    var digits = ""
    for (i, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(i) { digits += "-" }
      digits += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
    }
    let name = "mcp-session-" + digits
    state.withLock { state in
      state.known.insert(name)
      state.order.append(name)
      guard state.order.count > Self.countMax else { return }
      state.known.subtract(state.order.prefix(Self.countMax / 4))
      state.order.removeFirst(Self.countMax / 4)
    }
    return name
  }

  func isKnown(_ name: String?) -> Bool {
    guard let name else { return false }
    return state.withLock { $0.known.contains(name) }
  }

  func close(_ name: String?) {
    guard let name else { return }
    state.withLock { _ = $0.known.remove(name) }
  }
}
