import Foundation
import TestSupport

/// A folder for one test, removed with everything in it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "storage-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // The test has made its point; a folder left behind must not fail it.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file, making the folders above it.
  func write(_ text: String, to file: String) throws { try write(Array(text.utf8), to: file) }

  func write(_ bytes: [UInt8], to file: String) throws {
    let url = URL(fileURLWithPath: path + "/" + file)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  /// Copies a file or folder of the fixtures.
  func copy(_ fixture: String, to target: String) throws {
    let url = URL(fileURLWithPath: path + "/" + target)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Stored.path(fixture), toPath: url.path)
  }

  func remove(_ file: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + file)
  }

  func bytes(of file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + file)))
  }
}

/// Blocks kept beside these tests; `Fixtures/README.md` says what they are.
enum Stored {
  static func path(_ relative: String) -> String {
    Fixture.path("Tests/StorageTests/Fixtures/" + relative)
  }

  static func bytes(_ relative: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(relative))))
  }

  static let vParquet3 = "all-kinds/single-tenant/00000003-0000-4000-8000-000000000003"
  static let vParquet4 = "all-kinds/single-tenant/00000004-0000-4000-8000-000000000004"
  static let vParquet5 = "all-kinds/single-tenant/00000005-0000-4000-8000-000000000005"
  static let plainV5 = "all-kinds/single-tenant/00000005-0000-4000-8000-0000000000d0"
}
