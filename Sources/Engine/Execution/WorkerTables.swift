import Synchronization

/// The tables of a metrics query between the units that use them: one for each worker at most.
final class WorkerTables: Sendable {
  private struct State {
    var tables: [MetricsPartial] = []
    /// Of all tables, those in use as they were before.
    var bytes = 0
  }

  private let state = Mutex(State())

  func take() -> MetricsPartial? { state.withLock { $0.tables.popLast() } }

  /// `grown`: by how many bytes while it was in use; returns what all take.
  @discardableResult
  func put(_ table: MetricsPartial, grown: Int = 0) -> Int {
    state.withLock { state in
      state.tables.append(table)
      state.bytes += grown
      return state.bytes
    }
  }

  /// What is in no worker's hands now.
  var atRest: [MetricsPartial] { state.withLock { $0.tables } }
}
