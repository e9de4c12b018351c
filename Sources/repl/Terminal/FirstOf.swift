import Synchronization

/// A value that several may give; the first one counts, the others are dropped.
final class FirstOf<Value: Sendable>: Sendable {
  private enum State {
    case open
    case waitedFor(CheckedContinuation<Value, Never>)
    case given(Value)
    case taken
  }

  private let state = Mutex(State.open)

  func give(_ value: Value) {
    let waiter: CheckedContinuation<Value, Never>? = state.withLock { state in
      switch state {
      case .open: state = .given(value)
      case .waitedFor(let waiter):
        state = .taken
        return waiter
      case .given, .taken: break
      }
      return nil
    }
    waiter?.resume(returning: value)
  }

  /// Waits for the first one; to be asked once.
  func value(isolation: isolated (any Actor)? = #isolation) async -> Value {
    await withCheckedContinuation { continuation in
      let known: Value? = state.withLock { state in
        guard case .given(let value) = state else {
          state = .waitedFor(continuation)
          return nil
        }
        state = .taken
        return value
      }
      if let known { continuation.resume(returning: known) }
    }
  }
}
