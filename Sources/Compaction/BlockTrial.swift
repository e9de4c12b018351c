package import Storage

/// Which blocks of several cannot be read, each tried alone.
package enum BlockTrial {
  package static func failures(
    of blocks: [Block], isCancelled: @escaping @Sendable () -> Bool
  ) throws(StorageError) -> [(block: Block, reason: StorageError)] {
    var failures: [(block: Block, reason: StorageError)] = []
    for block in blocks {
      do throws(StorageError) {
        _ = try BlockRewrite(merging: [block]).read(isCancelled: isCancelled)
      } catch {
        guard error.isDamage else { throw error }
        failures.append((block, error))
      }
    }
    return failures
  }
}
