import Parquet
import Storage
import Synchronization

/// What a query goes on without because it cannot be read: blocks, files, row groups.
struct LeftOut: Sendable {
  /// A row group of a file, a whole file, or, where not even files could be listed, a block.
  struct Part: Hashable, Sendable {
    /// The file's name, or the block's.
    var place: String
    /// nil: all of it.
    var rowGroup: Int?
  }

  private var errors: [Part: String] = [:]

  var isEmpty: Bool { errors.isEmpty }

  /// Notes a part; false if it was known already.
  mutating func insert(_ part: Part, _ error: StorageError) -> Bool {
    guard errors[part] == nil else { return false }
    errors[part] = error.description
    return true
  }

  mutating func formUnion(_ other: LeftOut) { errors.merge(other.errors) { known, _ in known } }

  func contains(_ place: String, rowGroup: Int? = nil) -> Bool {
    errors[Part(place: place)] != nil
      || rowGroup.map { errors[Part(place: place, rowGroup: $0)] != nil } ?? false
  }

  /// Parts named one by one in an answer.
  private static let namedMax = 8

  /// A sentence for each part: where the damage is, and how much was left out for it.
  var reasons: [String] {
    let sorted = errors.sorted {
      ($0.key.place, $0.key.rowGroup ?? -1) < ($1.key.place, $1.key.rowGroup ?? -1)
    }
    let named = sorted.prefix(Self.namedMax).map { part, error in
      let extent = part.rowGroup.map { "row group \($0)" } ?? "all of it"
      return "left out as damaged, \(extent): \(error)"
    }
    let rest = sorted.count - named.count
    return named + (rest > 0 ? ["\(rest) more damaged parts left out"] : [])
  }
}

/// Collects what several workers find damaged.
final class DamageLog: Sendable {
  private let found = Mutex(LeftOut())

  var leftOut: LeftOut { found.withLock { $0 } }

  func note(_ part: LeftOut.Part, _ error: StorageError) {
    found.withLock { _ = $0.insert(part, error) }
  }
}

extension StorageError {
  /// The file at fault and where in it, as far as the error says.
  fileprivate var location: (file: String, offset: Int?)? {
    switch self {
    case .parquet(let error): (error.file, error.offset)
    case .damaged(let file, let offset, _): (file, offset)
    case .wrongSchema(let file, _, _), .unsupportedVersion(_, let file), .notABlock(let file, _):
      (file, nil)
    case .missing(let path), .notPermitted(let path), .unreadable(let path, _): (path, nil)
    default: nil
    }
  }
}

extension LeftOut.Part {
  /// The part of `sources` an error is about: `item`'s row group, or what holds the place the error
  /// names; nil if it names none of them.
  init?(_ error: StorageError, _ sources: [ScanSource], item: ScanItem? = nil) {
    if case .rows(let item) = item {
      self.init(place: sources[item.source].file.file.name, rowGroup: item.rowGroup)
      return
    }
    guard let (name, offset) = error.location,
      let source = sources.first(where: { $0.file.file.name == name })
    else { return nil }
    let group = offset.flatMap { offset in
      source.file.file.rowGroups.firstIndex { group in
        group.chunks.contains { $0.byteRange.contains(offset) }
      }
    }
    self.init(place: name, rowGroup: group)
  }
}
