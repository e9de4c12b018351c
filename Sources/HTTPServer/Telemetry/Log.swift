import Glibc
import Synchronization
import Wire

/// Lines on standard error, one event each, in logfmt or JSON.
struct Log: Sendable {
  enum Level: Int, Sendable, CaseIterable, Comparable {
    case debug, info, warn, error

    static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    init?(name: String) {
      guard let level = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
      self = level
    }
  }

  enum Format: String, Sendable, CaseIterable { case logfmt, json }

  enum Field: Sendable {
    case text(String, String)
    case number(String, Int)
    case milliseconds(String, nanoseconds: UInt64)
  }

  var level: Level
  var format: Format

  func callAsFunction(_ level: Level, _ message: String, _ fields: [Field] = []) {
    guard level >= self.level else { return }
    let all =
      [
        .text("ts", LogTime.text(unixNanoseconds: Clock.nowNanoseconds())),
        .text("level", "\(level)"), .text("msg", message),
      ] + fields
    let line = format == .json ? json(all) : Array(all.map(Self.logfmt).joined(separator: " ").utf8)
    Self.write(line + [UInt8(ascii: "\n")])
  }

  private func json(_ fields: [Field]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      for field in fields {
        switch field {
        case .text(let name, let text):
          writer.key(name)
          writer.string(text)
        case .number(let name, let number):
          writer.key(name)
          writer.int(number)
        case .milliseconds(let name, let nanoseconds):
          writer.key(name + "_ms")
          writer.double(Double(nanoseconds / 1_000) / 1_000)
        }
      }
    }
    return Array(Self.visible(writer.text).utf8)
  }

  private static func logfmt(_ field: Field) -> String {
    switch field {
    case .text(let name, let text): name + "=" + quoted(text)
    case .number(let name, let number): name + "=" + String(number)
    case .milliseconds(let name, let nanoseconds):
      name + "=\(Double(nanoseconds / 1_000) / 1_000)ms"
    }
  }

  /// As it is, or in quotes where blanks or quotes would tear it apart.
  static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") && $0 < 0x7F
    }
    if isPlain, !text.isEmpty { return text }
    var writer = JSONWriter()
    writer.string(text)
    return visible(writer.text)
  }

  /// JSON text in which nothing steers a terminal, or lets a line look like another: JSON itself
  /// allows DEL, the controls above ASCII and marks of direction.
  private static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    return text.unicodeScalars.reduce(into: "") { shown, scalar in
      if isHidden(scalar) {
        let digits = String(scalar.value, radix: 16)
        shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// One write per line: lines of several threads do not mix.
  private static func write(_ line: [UInt8]) {
    var rest = line[...]
    while !rest.isEmpty {
      let count = Glibc.write(2, Array(rest), rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }  // Nobody reads the log: serving goes on.
      rest = rest.dropFirst(count)
    }
  }
}

/// Times in the log: RFC 3339 in UTC with milliseconds.
enum LogTime {
  static func text(unixNanoseconds: Int64) -> String {
    var seconds = time_t(unixNanoseconds / 1_000_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let milliseconds = Int(unixNanoseconds / 1_000_000 % 1_000)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let date = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    let time = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    let fraction = String(String(1_000 + milliseconds).dropFirst())
    return "\(date)T\(time).\(fraction)Z"
  }
}
