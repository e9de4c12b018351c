package import Parquet

/// What can be wrong with stored blocks or the place they lie in.
///
/// The description is a sentence for the person who named the place, with what to do about it
/// where something can be done.
package enum StorageError: Error, Sendable, Equatable {
  /// Nothing is there.
  case missing(path: String)
  /// We may not look.
  case notPermitted(path: String)
  /// The system could not read it: the disk's or the network's words.
  case unreadable(path: String, reason: String)
  /// The system could not write it: no room, no permission; its words.
  case unwritable(path: String, reason: String)
  /// It can be read, and holds nothing of ours. `hint` is a sentence, or empty.
  case noBlocks(path: String, hint: String)
  /// A file somebody named is not the Parquet file of a block.
  case notABlock(file: String, reason: String)
  /// There are tenants, but not this one.
  case unknownTenant(String, known: [String], path: String)
  /// There are several tenants, and none was named.
  case severalTenants([String], path: String)
  /// The bytes of a file other than Parquet contradict its format.
  case damaged(file: String, offset: Int?, message: String)
  /// A block version this reader does not know.
  case unsupportedVersion(String, file: String)
  /// The columns of a Parquet file are not those of a trace block.
  case wrongSchema(file: String, column: String, message: String)
  case parquet(ParquetError)
  /// Evaluating one batch of traces would take more memory than is allowed.
  case tooMuchMemory(String)
}

// MARK: Sentences

extension StorageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let path): "\(path): no such file or folder"
    case .notPermitted(let path):
      "\(path): no permission to read it; run as its owner or change its mode"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .noBlocks(let path, let hint):
      "\(path) holds no Tempo blocks: looked for data.parquet, for folders with a meta.json, for "
        + "tenant folders of these, and for write-ahead folders" + (hint.isEmpty ? "" : "; \(hint)")
    case .notABlock(let file, let reason): "\(file) is not a Tempo block: \(reason)"
    case .unknownTenant(let tenant, let known, let path):
      "\(path) has no tenant '\(tenant)'; it has \(Self.list(known))"
    case .severalTenants(let known, let path):
      "\(path) has several tenants; choose one of \(Self.list(known))"
    case .damaged(let file, let offset, let message):
      "\(file)" + (offset.map { ", at byte \($0)" } ?? "") + ": " + message
    case .unsupportedVersion(let version, let file):
      "\(file): block version '\(version)' is not one of "
        + BlockVersion.allCases.map(\.rawValue).joined(separator: ", ")
    case .wrongSchema(let file, let column, let message):
      "\(file), column \(column): \(message)"
    case .parquet(let error): error.description
    case .tooMuchMemory(let message): message
    }
  }

  /// Names in quotes, the first twenty of them.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 20 ? shown + " and \(names.count - 20) more" : shown
  }
}

// MARK: Shorthands

extension StorageError {
  package init(_ error: ParquetError) { self = .parquet(error) }

  /// Damage whose place in the file is not known.
  package static func damaged(file: String, _ message: String) -> StorageError {
    .damaged(file: file, offset: nil, message: message)
  }

  /// Reading ended because somebody wanted it to.
  package static let cancelled = StorageError.parquet(
    ParquetError(.cancelled, file: "", "cancelled"))

  /// Whether the bytes are to blame, rather than a limit or somebody who wanted to stop.
  package var isDamage: Bool {
    switch self {
    case .parquet(let error): error.kind != .cancelled && error.kind != .memory
    case .tooMuchMemory: false
    default: true
    }
  }

  /// The system could not write: the blocks that were read are not to blame.
  package var isUnwritable: Bool {
    if case .unwritable = self { true } else { false }
  }

  /// Something that was listed is no longer there: compaction went on while we read.
  package var isMissing: Bool {
    if case .missing = self { true } else { false }
  }
}
