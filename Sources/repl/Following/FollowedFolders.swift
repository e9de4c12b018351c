import Columns
import Engine
import LiveStore
import Storage
import TraceQL

/// Folders in which blocks appear, and logs grow: asked again when something below them changes.
struct FollowedFolders {
  private let session: Session
  private let text: QueryText
  private let query: Query
  private let options: QueryOptions
  private let watch: SourceWatch
  private let cache = BoundedCache(capacityBytes: 96 << 20)
  private var shown: ShownMatches
  /// Blocks that were looked at. Blocks never change; those that are still written to do.
  private var known: Set<String> = []
  /// What the folders looked like when they were last asked.
  private var state: Int?

  /// How far around new blocks other parts of their traces are looked for; nanoseconds.
  private static let reachNanoseconds: UInt64 = 3_600_000_000_000

  init(_ query: Query, _ options: QueryOptions, _ text: QueryText, _ session: Session) {
    self.session = session
    self.text = text
    self.query = query
    var options = options
    // What comes later is wanted, too.
    options.timeRange = options.timeRange.map { $0.lowerBound...UInt64(Int64.max) }
    self.options = options
    watch = SourceWatch(paths: session.settings.sourcePaths)
    shown = ShownMatches(rows: session.settings.rows)
  }

  /// Why these sources cannot be followed.
  static func refusal(_ paths: [String]) throws(CommandFailure) -> UsageError? {
    do throws(StorageError) {
      for path in paths {
        if path != "-", try LocalStore(root: path).isFolder("") { continue }
        return UsageError(
          "--follow needs a folder or a server, and '\(PrintableText.escaped(path))' is neither",
          hint: "Blocks appear in folders: give one with --source, or a server's address.",
          command: .query)
      }
    } catch {
      throw CommandFailure(error)
    }
    return nil
  }

  /// What matches now and was not shown before, the oldest first.
  mutating func look(_ progress: QueryProgress) async throws(CommandFailure) -> FollowedLook {
    let now = watch.fingerprint()
    guard now != state else { return FollowedLook() }
    let (blocks, warnings) = try blocks()
    var look = FollowedLook(sentences: warnings.map { "warning: \($0)" })
    let fresh = blocks.filter { !known.contains($0.name) || !$0.isSorted }
    if !fresh.isEmpty {
      let near = blocks.around(fresh, reachNanoseconds: Self.reachNanoseconds)
      let result: SearchResult
      do throws(QueryError) {
        result = try await QueryEngine(blocks: near).search(
          query, options: options, progress: progress)
      } catch {
        throw CommandFailure(error, source: text.text, session)
      }
      if progress.isCancelled { return FollowedLook() }
      look.sentences += result.partialReasons.map { "partial answer: \($0)" }
      look.matches = result.traces.reversed().compactMap { shown.unseen($0) }
    }
    known = Set(blocks.map(\.name))
    state = now
    return look
  }

  /// Stored and live blocks of every source; a folder in which nothing is yet may get some.
  private func blocks() throws(CommandFailure) -> (blocks: [Block], warnings: [String]) {
    var catalogs: [BlockCatalog] = []
    for path in session.settings.sourcePaths {
      do throws(StorageError) {
        catalogs.append(
          try ServedFolder.open(path: path, tenant: session.settings.tenant, cache: cache))
      } catch {
        if case .noBlocks = error { continue }
        throw CommandFailure(error)
      }
    }
    guard !catalogs.isEmpty else { return ([], []) }
    let catalog = BlockCatalog.joined(catalogs)
    return (catalog.blocks, catalog.warnings)
  }
}

/// What a look at followed sources gave.
struct FollowedLook {
  /// Not shown before, the oldest first.
  var matches: [TraceMatch] = []
  /// What is to be said, once.
  var sentences: [String] = []
}
