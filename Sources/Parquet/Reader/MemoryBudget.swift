import Synchronization

/// Bytes that all a query holds at one time may come to, shared by its workers.
package final class MemoryBudget: Sendable {
  package let bytesMax: Int
  private let used = Atomic<Int>(0)

  package init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// Bytes in use now.
  package var bytesUsed: Int { used.load(ordering: .relaxed) }

  /// Takes `count` bytes, or none and says no.
  func take(_ count: Int) -> Bool {
    let after = used.wrappingAdd(count, ordering: .relaxed).newValue
    if after <= bytesMax { return true }
    used.wrappingSubtract(count, ordering: .relaxed)
    return false
  }

  func give(_ count: Int) { used.wrappingSubtract(count, ordering: .relaxed) }
}
