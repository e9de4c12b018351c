import Foundation
import Storage
import TestSupport

/// The three small blocks of a version, in a folder of which files may be damaged.
final class DamagedStore {
  let path: String
  /// Folders of the blocks, in the order of their names.
  let folders: [String]

  init(version: String) throws {
    path = NSTemporaryDirectory() + "engine-damage-" + UUID().uuidString
    let tenant = path + "/single-tenant"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Fixture.smallBlocks(version: version) + "/single-tenant", toPath: tenant)
    folders = try FileManager.default.contentsOfDirectory(atPath: tenant).sorted()
      .map { tenant + "/" + $0 }
  }

  deinit {
    // The test has made its point; a folder left behind must not fail it.
    try? FileManager.default.removeItem(atPath: path)
  }

  func change(_ block: Int, _ file: String, _ body: (inout [UInt8]) throws -> Void) throws {
    let url = URL(fileURLWithPath: folders[block] + "/" + file)
    var bytes = [UInt8](try Data(contentsOf: url))
    try body(&bytes)
    try Data(bytes).write(to: url)
  }

  func remove(_ block: Int) throws {
    try FileManager.default.removeItem(atPath: folders[block])
  }

  func blocks() throws(StorageError) -> [Block] { try CopiedStore.blocks(at: path) }
}
