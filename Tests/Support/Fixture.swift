/// Where test data lies, found from this file's own place in the source tree.
package enum Fixture {
  /// The top folder of the package.
  package static let root: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/")
  }()

  /// A path inside the package: `Fixture.path("Tests/ParquetTests/Golden/plain.parquet")`.
  package static func path(_ relative: String) -> String { root + "/" + relative }

  /// The three small blocks that Tempo wrote in `version` (`vParquet3`, `vParquet4`, `vParquet5`).
  package static func smallBlocks(version: String) -> String {
    path("Tests/Conformance/blocks/" + version)
  }
}
