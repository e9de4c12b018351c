import Columns
import Storage
import Synchronization

/// The blocks that are served, looked for again and again.
final class BlockSource: Sendable {
  /// A list of blocks and its number: lists of one number are the same.
  struct Snapshot: Sendable {
    /// Of each place.
    var listings: [BlockListing] = []
    /// All blocks, oldest first.
    var blocks: [Block] = []
    /// Whose they are.
    var tenants: Set<String> = []
    var generation = 0
    var lastError: String?

    /// Whether answers about these blocks never change.
    var isImmutable: Bool { listings.allSatisfy(\.isImmutable) }
    var warnings: [String] { listings.flatMap(\.warnings) }
  }

  private let paths: [String]
  private let tenants: BlockListing.Tenants
  private let usesTenantIndex: Bool
  let cache: BoundedCache
  private let current = Mutex(Snapshot())
  /// One look at a time.
  private let looking = Mutex<Void>(())

  init(
    paths: [String], tenants: BlockListing.Tenants, usesTenantIndex: Bool, cache: BoundedCache
  ) {
    self.paths = paths
    self.usesTenantIndex = usesTenantIndex
    self.tenants = tenants
    self.cache = cache
  }

  var snapshot: Snapshot { current.withLock { $0 } }

  /// Looks at the place. What cannot be looked at just now is taken to be as it was.
  @discardableResult
  func refresh() throws(StorageError) -> Snapshot {
    try looking.withLock { _ throws(StorageError) in
      let before = snapshot
      do throws(StorageError) {
        var listings: [BlockListing] = []
        for (i, path) in paths.enumerated() {
          let known = i < before.listings.count ? before.listings[i].blocks : []
          listings.append(
            try BlockListing(
              path: path, tenants: tenants, cache: cache, known: known,
              usingTenantIndex: usesTenantIndex))
        }
        return publish(listings, after: before)
      } catch {
        current.withLock { $0.lastError = error.description }
        throw error
      }
    }
  }
  private func publish(_ listings: [BlockListing], after before: Snapshot) -> Snapshot {
    var fresh = before
    fresh.listings = listings
    fresh.lastError = nil
    let isSame =
      before.generation > 0 && zip(listings, before.listings).allSatisfy { $0.isSame(as: $1) }
    if !isSame {
      fresh.generation += 1
      fresh.blocks = BlockListing.inOrder(listings)
      fresh.tenants = Set(fresh.blocks.map(\.metadata.tenant))
    }
    current.withLock { $0 = fresh }
    return fresh
  }
}
