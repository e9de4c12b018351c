import Columns
import Foundation
import Storage
import TestSupport

/// The small blocks of one version, and a copy in which every block is present twice.
final class CopiedStore {
  let path: String

  init(version: String) throws {
    path = NSTemporaryDirectory() + "engine-tests-" + UUID().uuidString
    let tenant = path + "/single-tenant"
    let files = FileManager.default
    try files.createDirectory(atPath: tenant, withIntermediateDirectories: true)
    let blocks = Fixture.smallBlocks(version: version) + "/single-tenant"
    for id in try files.contentsOfDirectory(atPath: blocks).sorted() {
      try files.copyItem(atPath: "\(blocks)/\(id)", toPath: "\(tenant)/\(id)")
      // Another first digit: some copies stand before their originals, some after.
      let copy = (id.hasPrefix("5") ? "4" : "5") + id.dropFirst()
      try files.copyItem(atPath: "\(blocks)/\(id)", toPath: "\(tenant)/\(copy)")
      let meta = "\(tenant)/\(copy)/meta.json"
      let text = try String(contentsOfFile: meta, encoding: .utf8)
      try text.replacingOccurrences(of: id, with: copy)
        .write(toFile: meta, atomically: true, encoding: .utf8)
    }
  }

  deinit {
    // The test has made its point; a folder left behind must not fail it.
    try? FileManager.default.removeItem(atPath: path)
  }

  static func blocks(at path: String) throws(StorageError) -> [Block] {
    try BlockCatalog.open(
      path: path, tenant: nil, cache: BoundedCache(capacityBytes: 64 << 20)
    ).blocks
  }
}
