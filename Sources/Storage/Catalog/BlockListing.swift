package import Columns

/// The blocks of a place as they are now, for a process that looks again and again.
///
/// Unlike a catalogue it may be empty, it may span tenants, and it keeps the blocks it knows, with
/// their open files and what is cached of them.
package struct BlockListing: Sendable {
  /// Live blocks of all tenants asked for, oldest first.
  package let blocks: [Block]
  /// What was passed over, and why.
  package let warnings: [String]

  package enum Tenants: Sendable, Equatable {
    /// The one of that name; nil: the only one there is.
    case one(String?)
    case all
  }

  /// An empty place, before anything was listed.
  package init() { (blocks, warnings) = ([], []) }

  /// Lists the place; blocks of `known` that are still there stay the same objects.
  /// `usingTenantIndex` trusts the tenants' index objects, where there are any, instead of listing
  /// their folders.
  package init(
    path: String, tenants: Tenants, cache: BoundedCache, known: [Block],
    usingTenantIndex: Bool = false
  ) throws(StorageError) {
    var blocks: [Block] = []
    var warnings: [String] = []
    do throws(StorageError) {
      let layout = try SourceLayout(path: path)
      let kept = Dictionary(known.map { ($0.location, $0) }) { first, _ in first }
      for tenant in try Self.names(tenants, layout, path: path) {
        var collector = BlockCollector(store: layout.store, cache: cache, known: kept)
        _ = try collector.add(
          layout, tenant: tenant, path: path, usingTenantIndex: usingTenantIndex)
        blocks += collector.sortedBlocks
        warnings += collector.warnings
      }
    } catch {
      guard case .noBlocks = error else { throw error }
    }
    self.blocks = blocks.sorted(by: BlockCollector.isInOrder)
    self.warnings = warnings
  }

  /// The blocks of several places, oldest first.
  package static func inOrder(_ listings: [BlockListing]) -> [Block] {
    guard listings.count != 1 else { return listings[0].blocks }
    return listings.flatMap(\.blocks).sorted(by: BlockCollector.isInOrder)
  }

  /// Whether both hold the same blocks.
  package func isSame(as other: BlockListing) -> Bool {
    blocks.count == other.blocks.count
      && zip(blocks, other.blocks).allSatisfy { $0 === $1 }
  }

  /// Whether every block is complete, so that answers about these blocks never change.
  package var isImmutable: Bool { blocks.allSatisfy(\.isSorted) }

  /// The tenants to read; nil for the only one.
  private static func names(
    _ tenants: Tenants, _ layout: SourceLayout, path: String
  ) throws(StorageError) -> [String?] {
    guard tenants == .all else {
      guard case .one(let name) = tenants else { return [] }
      // A tenant that has no blocks yet is no mistake.
      if let name, let known = layout.tenantNames, !known.contains(name) { return [] }
      return [name]
    }
    return layout.tenantNames ?? [nil]
  }
}

extension SourceLayout {
  /// The tenants with folders of their own; nil where the place is one tenant's.
  var tenantNames: [String]? {
    switch kind {
    case .tenants(let names): names
    case .liveStore(let writeAhead, let completed):
      Set(writeAhead.map(\.tenant)).union(completed).sorted()
    case .bareFile, .block, .writeAhead, .tenant: nil
    }
  }
}
