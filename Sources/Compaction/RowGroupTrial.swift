import Parquet
package import Storage

/// Which row groups of a block decode, each tried whole.
package enum RowGroupTrial {
  /// Those that do not, with the reason.
  package static func failures(
    of block: Block, isCancelled: @escaping @Sendable () -> Bool
  ) throws(StorageError) -> [(rowGroup: Int, reason: StorageError)] {
    guard let file = try block.files().first else { return [] }
    let all = Set(file.file.rowGroups.indices)
    var failures: [(rowGroup: Int, reason: StorageError)] = []
    for rowGroup in all.sorted() {
      var rewrite = BlockRewrite(merging: [block])
      rewrite.skippedRowGroups = [all.subtracting([rowGroup])]
      do throws(StorageError) {
        _ = try rewrite.read(isCancelled: isCancelled)
      } catch {
        guard error.isDamage else { throw error }
        failures.append((rowGroup, error))
      }
    }
    return failures
  }
}
