import TraceQL

/// Go's durations for whoever configures a server.
package enum GoDurationText {
  /// `1h30m`, `500ms`, `0` in nanoseconds; nil for anything else.
  package static func parse(_ text: String) -> Int64? {
    do {
      return try DurationText.go(text)
    } catch {
      return nil
    }
  }

  package static func format(_ nanoseconds: Int64) -> String {
    GoDuration.format(nanoseconds: nanoseconds)
  }
}
