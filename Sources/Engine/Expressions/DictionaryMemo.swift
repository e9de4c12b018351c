import Columns
import Synchronization

/// What a test said of large dictionaries, for the time of one query: probing, narrowing and
/// evaluating ask about the same dictionary again.
final class DictionaryMemo: Sendable {
  /// Smaller tables are tested again sooner than looked up.
  private static let remembersFromCount = 256

  /// Bitmaps are small, but stores may have any number of dictionaries.
  private static let bitmapsMax = 4_096

  private let bitmaps = Mutex<[Int: Bitmap]>([:])

  func bitmap(for table: StringTable, _ compute: (StringTable) -> Bitmap) -> Bitmap {
    guard table.count >= Self.remembersFromCount else { return compute(table) }
    if let known = bitmaps.withLock({ $0[table.serial] }) { return known }
    let bitmap = compute(table)
    bitmaps.withLock { bitmaps in
      if bitmaps.count >= Self.bitmapsMax { bitmaps.removeAll() }
      bitmaps[table.serial] = bitmap
    }
    return bitmap
  }
}
