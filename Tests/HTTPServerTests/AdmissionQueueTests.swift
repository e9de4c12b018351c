import TestSupport
import Testing

@testable import HTTPServer

@Suite("Who runs next")
struct AdmissionQueueTests {
  @Test("so many run, the others wait, too many are refused")
  func limits() {
    var queue = AdmissionQueue<Int>()
    let decisions = (1...6).map { number in
      queue.arrive(
        number, number: UInt64(number), tenant: "a", runningMax: 2, waitingPerTenantMax: 3)
    }
    #expect(decisions == [.start, .start, .wait, .wait, .wait, .refuse])
    #expect(queue.runningCount == 2 && queue.waitingCount == 3)
    // Another tenant has a line of its own.
    #expect(
      queue.arrive(7, number: 7, tenant: "b", runningMax: 2, waitingPerTenantMax: 3) == .wait)
    #expect(queue.waitingByTenant.map(\.tenant) == ["a", "b"])
    #expect(queue.waitingByTenant.map(\.count) == [3, 1])
  }

  @Test("tenants take turns, each line in its order")
  func turns() {
    var queue = AdmissionQueue<String>()
    var number: UInt64 = 0
    for name in ["x0", "a1", "a2", "a3", "b1", "b2", "c1"] {
      number += 1
      _ = queue.arrive(
        name, number: number, tenant: String(name.prefix(1)), runningMax: 1,
        waitingPerTenantMax: 9)
    }
    let order = (0..<6).compactMap { _ in queue.finish() }
    #expect(order == ["a1", "b1", "c1", "a2", "b2", "a3"])
    #expect(queue.finish() == nil)
    #expect(queue.runningCount == 0)
  }

  @Test("who leaves is not called, and leaves no turn behind")
  func leaving() {
    var queue = AdmissionQueue<Int>()
    for number in 1...4 {
      _ = queue.arrive(
        number, number: UInt64(number), tenant: number == 3 ? "b" : "a", runningMax: 1,
        waitingPerTenantMax: 9)
    }
    #expect(queue.leave(number: 1) == nil, "it runs")
    #expect(queue.leave(number: 3) == 3)
    #expect(queue.leave(number: 3) == nil)
    #expect(queue.finish() == 2)
    #expect(queue.leave(number: 4) == 4)
    #expect(queue.finish() == nil)
    #expect(queue.waitingByTenant.isEmpty && queue.runningCount == 0)
  }

  /// The same, as plainly as can be: an array of all who wait, and of tenants in their order.
  private struct Naive {
    var running = 0
    var waiting: [(number: UInt64, tenant: String)] = []
    var turns: [String] = []

    mutating func next() -> UInt64? {
      guard !turns.isEmpty else {
        running -= 1
        return nil
      }
      let tenant = turns.removeFirst()
      let index = waiting.firstIndex { $0.tenant == tenant } ?? 0
      let number = waiting.remove(at: index).number
      if waiting.contains(where: { $0.tenant == tenant }) { turns.append(tenant) }
      return number
    }
  }

  @Test("as a plain list would do it", arguments: 0..<40)
  func naive(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    var queue = AdmissionQueue<UInt64>()
    var naive = Naive()
    let (runningMax, waitingMax) = (random.integer(1...4), random.integer(1...90))
    for number in UInt64(1)...600 {
      switch random.integer(0...9) {
      case 0...5:
        let tenant = "t\(random.integer(0...3))"
        let decision = queue.arrive(
          number, number: number, tenant: tenant, runningMax: runningMax,
          waitingPerTenantMax: waitingMax)
        let ahead = naive.waiting.count { $0.tenant == tenant }
        if naive.running < runningMax {
          naive.running += 1
          #expect(decision == .start)
        } else if ahead >= waitingMax {
          #expect(decision == .refuse)
        } else {
          #expect(decision == .wait)
          naive.waiting.append((number, tenant))
          if ahead == 0 { naive.turns.append(tenant) }
        }
      case 6...7 where naive.running > 0:
        #expect(queue.finish() == naive.next())
      default:
        guard let gone = naive.waiting.randomElement(using: &random) else { continue }
        naive.waiting.removeAll { $0.number == gone.number }
        if !naive.waiting.contains(where: { $0.tenant == gone.tenant }) {
          naive.turns.removeAll { $0 == gone.tenant }
        }
        #expect(queue.leave(number: gone.number) == gone.number)
      }
      #expect(queue.runningCount == naive.running && queue.waitingCount == naive.waiting.count)
    }
  }
}
