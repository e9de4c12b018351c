import Columns
import Synchronization

/// What a test said of large dictionaries, for the time of one query: probing, narrowing and
/// evaluating ask about the same dictionary again.
final class DictionaryMemo: Sendable {
  /// Smaller tables are tested again sooner than looked up.
  private static let remembersFromCount = 256

  private struct Entry {
    /// Keeps the table alive, and with it its identity.
    var table: StringTable
    var bitmap: Bitmap
  }

  /// Tables kept alive for their answers: as many as fit, but always those of the units at hand.
  private static let tableBytesMax = 64 << 20
  private static let tablesMin = 8

  private struct State {
    var entries: [UInt: Entry] = [:]
    /// Oldest first.
    var order: [UInt] = []
    var bytes = 0

    mutating func remember(_ entry: Entry) {
      guard entries.updateValue(entry, forKey: entry.table.identity) == nil else { return }
      order.append(entry.table.identity)
      bytes += entry.table.memoryBytes
      while bytes > DictionaryMemo.tableBytesMax, order.count > DictionaryMemo.tablesMin {
        let oldest = entries.removeValue(forKey: order.removeFirst())
        bytes -= oldest?.table.memoryBytes ?? 0
      }
    }
  }

  private let state = Mutex(State())

  func bitmap(for table: StringTable, _ compute: (StringTable) -> Bitmap) -> Bitmap {
    guard table.count >= Self.remembersFromCount else { return compute(table) }
    if let known = state.withLock({ $0.entries[table.identity] }) { return known.bitmap }
    let bitmap = compute(table)
    state.withLock { $0.remember(Entry(table: table, bitmap: bitmap)) }
    return bitmap
  }
}
