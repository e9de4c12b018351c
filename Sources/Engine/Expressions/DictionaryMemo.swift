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

  private let entries = Mutex<[UInt: Entry]>([:])

  func bitmap(for table: StringTable, _ compute: (StringTable) -> Bitmap) -> Bitmap {
    guard table.count >= Self.remembersFromCount else { return compute(table) }
    if let known = entries.withLock({ $0[table.identity] }) { return known.bitmap }
    let bitmap = compute(table)
    entries.withLock { $0[table.identity] = Entry(table: table, bitmap: bitmap) }
    return bitmap
  }
}
