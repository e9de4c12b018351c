extension Field: CustomStringConvertible {
  /// Canonical text: `span.x`, `.x`, `name`, `span."a b"`.
  package var description: String {
    switch self {
    case .intrinsic(let intrinsic): intrinsic.rawValue
    case .attribute(let attribute): attribute.description
    }
  }
}

extension Attribute: CustomStringConvertible {
  package var description: String { scope.prefix + printedName }

  /// The name, quoted as a whole where unquoted text would read as something else.
  private var printedName: String {
    guard needsQuotes else { return name }
    var text = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }

  private var needsQuotes: Bool {
    if name.isEmpty || name.unicodeScalars.contains(where: Attribute.mustQuote) { return true }
    switch scope {
    case .unscoped: return name.utf8.first?.isDigit == true
    case .parent: return name.hasPrefix("span.") || name.hasPrefix("resource.")
    default: return false
    }
  }

  private static func mustQuote(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isASCII else { return scalar.properties.isWhitespace }
    return scalar == "\"" || Lexer.endsName(UInt8(scalar.value))
  }
}

extension Attribute.Scope {
  /// What stands before the name, its dot included.
  package var prefix: String {
    switch self {
    case .unscoped: "."
    case .span: "span."
    case .resource: "resource."
    case .event: "event."
    case .link: "link."
    case .instrumentation: "instrumentation."
    case .parent: "parent."
    case .parentSpan: "parent.span."
    case .parentResource: "parent.resource."
    }
  }
}
