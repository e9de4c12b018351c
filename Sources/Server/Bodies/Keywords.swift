/// TraceQL's words for OTLP's codes; a code without a word shows itself.
enum Keywords {
  static func status(_ code: Int64) -> String { word(code, statuses) ?? "status(\(code))" }
  static func kind(_ code: Int64) -> String { word(code, kinds) ?? "kind(\(code))" }

  private static let statuses = ["unset", "ok", "error"]
  private static let kinds = [
    "unspecified", "internal", "server", "client", "producer", "consumer",
  ]

  private static func word(_ code: Int64, _ words: [String]) -> String? {
    guard code >= 0, code < words.count else { return nil }
    return words[Int(code)]
  }
}
