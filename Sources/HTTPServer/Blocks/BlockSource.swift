import Columns
import Storage
import Synchronization

/// The blocks that are served, looked for again and again.
final class BlockSource: Sendable {
  /// A list of blocks and its number: lists of one number are the same.
  struct Snapshot: Sendable {
    var listing = BlockListing()
    var generation = 0
    var lastError: String?
  }

  private let path: String
  private let tenants: BlockListing.Tenants
  private let usesTenantIndex: Bool
  let cache: BoundedCache
  private let current = Mutex(Snapshot())
  /// One look at a time.
  private let looking = Mutex<Void>(())

  init(path: String, tenants: BlockListing.Tenants, usesTenantIndex: Bool, cacheBytes: Int) {
    self.path = path
    self.usesTenantIndex = usesTenantIndex
    self.tenants = tenants
    cache = BoundedCache(capacityBytes: cacheBytes)
  }

  var snapshot: Snapshot { current.withLock { $0 } }

  /// Looks at the place. What cannot be looked at just now is taken to be as it was.
  @discardableResult
  func refresh() throws(StorageError) -> Snapshot {
    try looking.withLock { _ throws(StorageError) in
      let before = snapshot
      do throws(StorageError) {
        let listing = try BlockListing(
          path: path, tenants: tenants, cache: cache, known: before.listing.blocks,
          usingTenantIndex: usesTenantIndex)
        return current.withLock { current in
          current.lastError = nil
          if !listing.isSame(as: current.listing) || current.generation == 0 {
            current.generation += 1
          }
          current.listing = listing
          return current
        }
      } catch {
        current.withLock { $0.lastError = error.description }
        throw error
      }
    }
  }
}
