package import Parquet

/// The generations of the block format.
package enum BlockVersion: String, Sendable, CaseIterable {
  case vParquet3, vParquet4, vParquet5

  /// Reads the `format` of a block's metadata; previews (`vParquet5-preview5`) count as the version
  /// they became. Nil for any other version.
  package init?(format: String) {
    let match = Self.allCases.first { version in
      format == version.rawValue
        || format.hasPrefix(version.rawValue + "-") && Self.isPreview(format: format)
    }
    guard let match else { return nil }
    self = match
  }

  /// Whether a `format` names an unreleased variant.
  package static func isPreview(format: String) -> Bool { format.contains("preview") }

  /// Tells the version of a file without metadata by columns only one version has.
  package init(guessedFrom leaves: [Leaf]) {
    let names = Set(leaves.map(\.name))
    if names.contains("rs.ss.Spans.Events.TimeUnixNano") || names.contains("rs.ss.Spans.Links") {
      self = .vParquet3
    } else if names.contains("rs.Resource.Cluster") || names.contains("rs.ss.Spans.HttpMethod") {
      self = .vParquet4
    } else {
      self = .vParquet5
    }
  }
}
