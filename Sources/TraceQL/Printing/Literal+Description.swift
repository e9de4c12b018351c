extension Literal: CustomStringConvertible {
  /// Canonical text that reads back as the same literal.
  package var description: String {
    switch self {
    case .int(.min): "minInt"
    case .int(let value): "\(value)"
    case .float(let value): FloatText.format(value)
    case .duration(let value): GoDuration.format(nanoseconds: value)
    case .string(let text): Literal.quoted(text)
    case .bool(let value): value ? "true" : "false"
    case .status(let status): status.description
    case .kind(let kind): kind.description
    }
  }

  /// Between backquotes, or with escapes where the text itself has a backquote.
  private static func quoted(_ text: String) -> String {
    let isRaw = !text.utf8.contains { $0 == UInt8(ascii: "`") || $0 == 0x0D || $0 == 0 }
    if isRaw { return "`\(text)`" }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(Character(scalar))
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\0": result += "\\x00"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Whether the text starts with `-`, which would take a following product with it.
  var printsNegative: Bool {
    switch self {
    case .int(let value), .duration(let value): value < 0 && value != .min
    case .float(let value): value.sign == .minus
    default: false
    }
  }
}

extension Literal.Status: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unset: "unset"
    case .ok: "ok"
    case .error: "error"
    }
  }
}

extension Literal.Kind: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unspecified: "unspecified"
    case .internal: "internal"
    case .server: "server"
    case .client: "client"
    case .producer: "producer"
    case .consumer: "consumer"
    }
  }
}
