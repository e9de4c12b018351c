import BlockWriter
import Columns
import Compaction
import Glibc
import Storage

/// A folder of blocks that a command is going to change: locked against servers and other commands.
struct DataFolder {
  let tenants: [TenantFolder]
  private let lock: FileLock?
  private let cache = BoundedCache(capacityBytes: 16 << 20)

  /// `path` is the folder that holds tenants, or one tenant's. Looking alone takes no lock.
  init(_ path: String, _ session: Session, isReadOnly: Bool) throws(CommandFailure) {
    guard let real = realpath(path, nil) else {
      throw CommandFailure(StorageError.missing(path: path))
    }
    defer { free(real) }
    var root = String(cString: real)
    do throws(StorageError) {
      var found = try TenantFolder.all(root: root)
      if found.isEmpty, let tenant = Self.tenant(at: root) {
        root = String(root.dropLast(tenant.count + 1))
        found = try TenantFolder.all(root: root).filter { $0.tenant == tenant }
      }
      guard !found.isEmpty else { throw .noBlocks(path: path, hint: "") }
      if let tenant = session.settings.tenant {
        let known = found.map(\.tenant)
        found.removeAll { $0.tenant != tenant }
        if found.isEmpty { throw .unknownTenant(tenant, known: known, path: path) }
      }
      tenants = found
      lock = isReadOnly ? nil : try FileLock(path: root + "/" + FileLock.dataFolderName)
    } catch {
      throw CommandFailure(error)
    }
    if lock == nil, !isReadOnly {
      throw CommandFailure(
        "\(root) is in use: a server or another command changes its blocks; stop it first",
        code: .unreadable)
    }
  }

  private static func tenant(at path: String) -> String? {
    path.split(separator: "/").last.map(String.init)
  }

  /// The blocks that operands name, by ID or the beginning of one; all without operands.
  func chosen(_ operands: [String]) throws(CommandFailure) -> [(folder: TenantFolder, block: Block)]
  {
    var all: [(folder: TenantFolder, block: Block)] = []
    do throws(StorageError) {
      for tenant in tenants { all += try tenant.blocks(cache: cache).map { (tenant, $0) } }
    } catch {
      throw CommandFailure(error)
    }
    if operands.isEmpty { return all }
    var chosen: [(folder: TenantFolder, block: Block)] = []
    for text in operands {
      let name = text.split(separator: "/").last.map { $0.lowercased() } ?? text
      let found = all.filter { $0.block.name.hasPrefix(name) }
      guard let first = found.first, found.count == 1 else {
        let shown = PrintableText.escaped(text)
        throw CommandFailure(
          found.isEmpty
            ? "no block is called '\(shown)'; 'traceql blocks' lists them"
            : "'\(shown)' begins the names of \(found.count) blocks; write more of it",
          code: .badRequest)
      }
      chosen.append(first)
    }
    return chosen
  }
}

extension Session {
  /// The folder a command about blocks works in: `--source`, the current one without it.
  var dataFolderPath: String { settings.sourcePaths.first ?? "." }

  /// A length of time given with a flag; "0" is none at all.
  func nanoseconds(_ flag: Flag.Name) throws(CommandFailure) -> UInt64? {
    if arguments.value(flag) == "0" { return 0 }
    return try read { reader throws(UsageError) in try reader.duration(flag) }
  }

  /// A size given with a flag.
  func bytes(_ flag: Flag.Name) throws(CommandFailure) -> Int? {
    try read { reader throws(UsageError) in try reader.size(flag) }
  }

  /// A number given with a flag.
  func count(_ flag: Flag.Name, floor: Int) throws(CommandFailure) -> Int? {
    try read { reader throws(UsageError) in try reader.count(flag, floor: floor) }
  }

  /// `--dedicated`, if it was given.
  func dedicatedColumns() throws(CommandFailure) -> DedicatedColumnChoice? {
    guard let text = arguments.value(.dedicated) else { return nil }
    do throws(DedicatedColumnError) {
      return try DedicatedColumnChoice(text: text)
    } catch {
      let words = DedicatedColumnChoice.words.joined(separator: ", ")
      throw CommandFailure(
        UsageError(
          "--dedicated cannot be '\(PrintableText.escaped(text))'",
          hint: "It is \(words) or columns: \(PrintableText.escaped(error.message)).",
          command: arguments.command))
    }
  }

  private func read<Value>(
    _ value: (ValueReader) throws(UsageError) -> Value?
  ) throws(CommandFailure) -> Value? {
    do throws(UsageError) {
      return try value(ValueReader(arguments: arguments, command: arguments.command))
    } catch {
      throw CommandFailure(error)
    }
  }
}
