import Synchronization

/// What a command holds until its process ends: to free the parts of a million rows takes longer
/// than Ctrl-C may, and nobody needs their memory again.
enum KeptToTheEnd {
  private static let values = Mutex<[any Sendable]>([])

  static func keep(_ value: some Sendable) { values.withLock { $0.append(value) } }
}
