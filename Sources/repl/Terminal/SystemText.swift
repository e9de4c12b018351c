import Glibc

/// Words from the operating system.
enum SystemText {
  /// "No such file or directory" and the like.
  static func errorMessage(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
  }

  /// The value of an environment variable; nil if it is unset or empty.
  static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// Lets the thread sleep.
  static func pause(milliseconds: UInt32) { usleep(milliseconds * 1_000) }
}
