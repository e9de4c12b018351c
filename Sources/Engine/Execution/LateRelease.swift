/// Keeps very many small objects from being released, one after another, before an answer is shown.
enum LateRelease {
  private static let delay = Duration.milliseconds(500)

  static func keep(_ objects: some Sendable) {
    Task(priority: .background) {
      // Cancelled or not: they are released then.
      do { try await Task.sleep(for: delay) } catch {}
      withExtendedLifetime(objects) {}
    }
  }
}
