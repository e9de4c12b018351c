import Remote

/// Tells servers from paths.
enum TempoAddress {
  static func matches(_ text: String) -> Bool { TempoClient.isAddress(text) }
}
