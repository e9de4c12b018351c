import Glibc
import Synchronization

/// Files kept open between reads, up to a number of them: opening costs more than a small read,
/// and a store may hold more files than a process may open.
final class OpenFiles: Sendable {
  /// One open file; closed when the last user lets go of it.
  final class Descriptor: Sendable {
    let number: Int32

    /// Opens the file at `path` for reading.
    init(path: String) throws(StorageError) {
      let opened = open(path, O_RDONLY | O_CLOEXEC)
      guard opened >= 0 else { throw .system(path: path, code: errno) }
      number = opened
    }

    deinit { close(number) }
  }

  private struct State {
    var open: [Int: (descriptor: Descriptor, lastUse: UInt64)] = [:]
    var clock: UInt64 = 0
    var nextTicket = 0
  }

  private let countMax: Int
  private let state = Mutex(State())

  init(countMax: Int) { self.countMax = countMax }

  /// A number under which one file will be asked for.
  func ticket() -> Int {
    state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
  }

  /// The file of that ticket, opened if it is not open any more.
  func descriptor(_ ticket: Int, path: String) throws(StorageError) -> Descriptor {
    let known = state.withLock { state -> Descriptor? in
      guard let entry = state.open[ticket] else { return nil }
      state.clock += 1
      state.open[ticket] = (entry.descriptor, state.clock)
      return entry.descriptor
    }
    if let known { return known }
    let descriptor = try Descriptor(path: path)
    state.withLock { state in
      state.clock += 1
      state.open[ticket] = (descriptor, state.clock)
      guard state.open.count > countMax else { return }
      // Half of them go at once, so that the search for the oldest is rare.
      let byAge = state.open.sorted { $0.value.lastUse < $1.value.lastUse }
      for (ticket, _) in byAge.prefix(state.open.count / 2) { state.open[ticket] = nil }
    }
    return descriptor
  }
}
