/// Which query runs next: so many at a time, the others in a queue per tenant, tenants in turn.
///
/// A value that decides and does nothing: whoever holds it starts what it says.
struct AdmissionQueue<Ticket> {
  enum Decision: Equatable { case start, wait, refuse }

  private(set) var runningCount = 0
  private(set) var waitingCount = 0
  private var lines: [String: Line] = [:]
  /// Tenants that wait, in the order of their turns.
  private var turns: [String] = []

  private struct Line {
    var tickets: [(number: UInt64, ticket: Ticket)] = []
    var taken = 0
    var count: Int { tickets.count - taken }
  }

  /// A query came. `number` names it, should it want to leave the line.
  mutating func arrive(
    _ ticket: Ticket, number: UInt64, tenant: String, runningMax: Int, waitingPerTenantMax: Int
  ) -> Decision {
    if runningCount < runningMax {
      runningCount += 1
      return .start
    }
    var line = lines[tenant] ?? Line()
    guard line.count < waitingPerTenantMax else { return .refuse }
    if line.count == 0 { turns.append(tenant) }
    line.tickets.append((number, ticket))
    lines[tenant] = line
    waitingCount += 1
    return .wait
  }

  /// A query ended; the one that takes its place, if any waits.
  mutating func finish() -> Ticket? {
    precondition(runningCount > 0, "what ends was started")
    guard !turns.isEmpty else {
      runningCount -= 1
      return nil
    }
    let tenant = turns.removeFirst()
    guard var line = lines[tenant], line.count > 0 else {
      preconditionFailure("a tenant whose turn it is has a query waiting")
    }
    let ticket = line.tickets[line.taken].ticket
    line.taken += 1
    waitingCount -= 1
    if line.count == 0 {
      lines[tenant] = nil
    } else {
      // Compact now and then, so that a long line is not moved for each who leaves it.
      if line.taken > 64 {
        line.tickets.removeFirst(line.taken)
        line.taken = 0
      }
      lines[tenant] = line
      turns.append(tenant)
    }
    return ticket
  }

  /// Takes a waiting query out of its line; nil if it does not wait (any more).
  mutating func leave(number: UInt64) -> Ticket? {
    for (tenant, line) in lines {
      guard
        let index = line.tickets.indices.dropFirst(line.taken).first(where: {
          line.tickets[$0].number == number
        })
      else { continue }
      var line = line
      let ticket = line.tickets.remove(at: index).ticket
      waitingCount -= 1
      lines[tenant] = line.count == 0 ? nil : line
      if line.count == 0 { turns.removeAll { $0 == tenant } }
      return ticket
    }
    return nil
  }

  /// Waiting queries by tenant.
  var waitingByTenant: [(tenant: String, count: Int)] {
    lines.map { ($0.key, $0.value.count) }.sorted { $0.tenant < $1.tenant }
  }
}
