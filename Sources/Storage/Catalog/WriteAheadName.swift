/// The parts of a write-ahead folder's name: `<block id>+<tenant>+<version>`.
struct WriteAheadName: Sendable, Equatable {
  var blockID: String
  var tenant: String
  var version: BlockVersion
  /// The whole name.
  var folder: String

  /// Nil if `folder` is called anything else.
  init?(_ folder: String) {
    let parts = folder.split(separator: "+", omittingEmptySubsequences: false)
    guard parts.count == 3, BlockID.isValid(parts[0]), !parts[1].isEmpty,
      let version = BlockVersion(rawValue: String(parts[2]))
    else { return nil }
    self.folder = folder
    blockID = String(parts[0])
    tenant = String(parts[1])
    self.version = version
  }
}
