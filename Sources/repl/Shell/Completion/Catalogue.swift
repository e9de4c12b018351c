import Engine
import Synchronization
import TraceQL

/// The names and values of a source as far as they are known, with counts that grow in the
/// background. Asked on a key press: it answers from memory and starts what is missing.
final class Catalogue: Sendable {
  /// What somebody may want a list of.
  enum Subject: Hashable, Sendable {
    /// Attributes of every scope, on spans that pass the filter.
    case names(filter: String?)
    case values(Field, filter: String?)

    var filter: String? {
      switch self {
      case .names(let filter), .values(_, let filter): filter
      }
    }
  }

  enum Item: Hashable, Sendable {
    case name(scope: String, String)
    case value(Value)
  }

  struct Listing: Sendable {
    /// nil: not counted (yet).
    var counts: [Item: Int?] = [:]
    /// Every item is there, though its count may not be.
    var isListed = false
    /// Nothing more will come.
    var isFinished = false
  }

  private struct Entry {
    var listing = Listing()
    var progress = QueryProgress()
    /// Somebody wants to see the list, with its counts; else it is only wanted ready.
    var isWanted = false
    var isListing = true

    init(isWanted: Bool) { self.isWanted = isWanted }

    /// A list that is to be counted anew.
    init(listed: Listing) {
      listing = listed
      listing.counts = listed.counts.mapValues { _ in nil }
      isListing = false
    }
  }

  private struct State {
    var entries: [Subject: Entry] = [:]
    var lastNews = ContinuousClock.now
  }

  private let source: any TraceSource
  private let listOptions: QueryOptions
  private let countOptions: QueryOptions
  private let onNews: @Sendable () -> Void
  private let state = Mutex(State())
  /// Lists are waited for: what counts does not keep them from their threads.
  private static let listThreads = BackgroundThreads(count: 2, niceness: 5)
  private static let countThreads = BackgroundThreads(count: 1, niceness: 10)

  /// Distinct items kept of one list: more cannot be shown or chosen from.
  private static let itemsMax = 50_000
  private static let newsInterval = Duration.milliseconds(80)

  /// `onNews` is called from other threads when more is known.
  init(source: any TraceSource, options: QueryOptions, onNews: @escaping @Sendable () -> Void) {
    self.source = source
    var options = options
    options.limits.wallTimeNanosecondsMax = 120_000_000_000
    // Lists are waited for; with counts the person at the keyboard comes first.
    listOptions = options
    options.threadCount = 1
    countOptions = options
    self.onNews = onNews
  }

  /// What is known; starts looking if nobody has, and waits until `deadline` for the list.
  func listing(
    _ subject: Subject, until deadline: ContinuousClock.Instant = .now
  ) -> Listing {
    start(subject, isWanted: true)
    while true {
      let listing = known(subject) ?? Listing()
      if listing.isListed || ContinuousClock.now >= deadline { return listing }
      SystemText.pause(milliseconds: 1)
    }
  }

  /// Makes a list ready, without counting: somebody may want it soon.
  func anticipate(_ subject: Subject) { start(subject, isWanted: false) }

  /// What is known, without looking for more.
  func known(_ subject: Subject) -> Listing? {
    state.withLock { $0.entries[subject]?.listing }
  }

  /// Ends everything that runs: a query wants the processors, or the source is closed. Lists stay;
  /// what was not finished is looked for again when somebody asks.
  func pause() {
    state.withLock { state in
      for (subject, entry) in state.entries where !entry.listing.isFinished {
        entry.progress.cancel()
        state.entries[subject] = entry.listing.isListed ? Entry(listed: entry.listing) : nil
      }
    }
  }

  // MARK: Looking

  private func start(_ subject: Subject, isWanted: Bool) {
    let (list, count): (QueryProgress?, QueryProgress?) = state.withLock { state in
      if var entry = state.entries[subject] {
        guard isWanted, !entry.isWanted else { return (nil, nil) }
        entry.isWanted = true
        state.entries[subject] = entry
        // Who lists goes on to count.
        return (nil, entry.isListing ? nil : entry.progress)
      }
      // Whoever types on wants the new list, not the one before.
      for (other, entry) in state.entries where other.filter != nil && !entry.listing.isFinished {
        entry.progress.cancel()
        state.entries[other] = nil
      }
      let entry = Entry(isWanted: isWanted)
      state.entries[subject] = entry
      return (entry.progress, nil)
    }
    if let list {
      Task(executorPreference: Self.listThreads) {
        await self.list(subject, list)
        if self.isCountWanted(subject, list) { self.startCount(subject, list) }
      }
    } else if let count {
      startCount(subject, count)
    }
  }

  private func startCount(_ subject: Subject, _ progress: QueryProgress) {
    Task(executorPreference: Self.countThreads) { await self.count(subject, progress) }
  }

  /// The list is made: whether it is to be counted now.
  private func isCountWanted(_ subject: Subject, _ progress: QueryProgress) -> Bool {
    state.withLock { state in
      guard state.entries[subject]?.progress === progress else { return false }
      state.entries[subject]?.isListing = false
      return state.entries[subject]?.isWanted == true
    }
  }

  private func list(_ subject: Subject, _ progress: QueryProgress) async {
    // Counting with a filter reads the same rows as listing, and tells more. A source that cannot
    // say leaves the list empty: completion is no place for errors.
    switch subject {
    case .names(let filter):
      guard filter == nil || source.timeRange == nil,
        // No list rather than an error.
        let found = try? await source.names(
          filter: filter, options: listOptions, progress: progress)
      else { return }
      let items = found.flatMap { scope in scope.names.map { Item.name(scope: scope.scope, $0) } }
      add(items.map { ($0, nil) }, to: subject, progress, isListed: true)
    case .values(let field, let filter):
      guard filter == nil || source.timeRange == nil,
        // The same: no list rather than an error.
        let found = try? await source.values(
          of: field, filter: filter, options: listOptions, progress: progress,
          found: { [self] some in add(some.map { (.value($0), nil) }, to: subject, progress) })
      else { return }
      add(found.map { (.value($0), nil) }, to: subject, progress, isListed: true)
    }
  }

  private func count(_ subject: Subject, _ progress: QueryProgress) async {
    guard !progress.isCancelled else { return }
    switch subject {
    case .names(let filter):
      _ = try? await source.countNames(  // no counts rather than an error
        filter: filter, options: countOptions, progress: progress
      ) { [self] found in
        let items = found.flatMap { scope, names in
          names.map { (Item.name(scope: scope, $0.key), Optional($0.value)) }
        }
        add(items, to: subject, progress)
      }
    case .values(let field, let filter):
      _ = try? await source.countValues(  // no counts rather than an error
        of: field, filter: filter, options: countOptions, progress: progress
      ) { [self] found in
        add(found.map { (.value($0.key), Optional($0.value)) }, to: subject, progress)
      }
    }
    guard !progress.isCancelled else { return }
    add([], to: subject, progress, isListed: true, isFinished: true)
  }

  private func add(
    _ items: [(Item, Int?)], to subject: Subject, _ progress: QueryProgress,
    isListed: Bool = false, isFinished: Bool = false
  ) {
    let isNews = state.withLock { state in
      // The entry may have been given up, and made anew, in the meantime.
      guard !progress.isCancelled, state.entries[subject]?.progress === progress else {
        return false
      }
      state.entries[subject]?.listing.add(items, itemsMax: Self.itemsMax)
      if isListed { state.entries[subject]?.listing.isListed = true }
      if isFinished { state.entries[subject]?.listing.isFinished = true }
      let now = ContinuousClock.now
      guard isListed || isFinished || now - state.lastNews > Self.newsInterval else { return false }
      state.lastNews = now
      return true
    }
    if isNews { onNews() }
  }
}

extension Catalogue.Listing {
  mutating func add(_ items: [(Catalogue.Item, Int?)], itemsMax: Int) {
    for (item, count) in items where counts.count < itemsMax || counts[item] != nil {
      let before = counts[item] ?? nil
      counts[item] = .some(count.map { $0 + (before ?? 0) } ?? before)
    }
  }
}
