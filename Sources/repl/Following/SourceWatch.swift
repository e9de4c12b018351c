import Glibc
import Storage

/// Says whether anything changed below the places that are followed, by names, sizes and times of
/// files: nothing is opened.
struct SourceWatch {
  let paths: [String]

  /// A tenant's folder and write-ahead logs lie no deeper.
  private static let depthMax = 3

  /// Another number when something has changed.
  func fingerprint() -> Int {
    var hasher = Hasher()
    for path in paths { Self.note(path, depth: 0, &hasher) }
    return hasher.finalize()
  }

  private static func note(_ path: String, depth: Int, _ hasher: inout Hasher) {
    // What went away meanwhile is a change, which the folder above shows.
    guard let listing = try? LocalStore(root: path).list(prefix: "") else { return }
    for name in listing.names + listing.prefixes where !name.hasPrefix(".") {
      let place = path + "/" + name
      var status = stat()
      guard stat(place, &status) == 0 else { continue }
      hasher.combine(place)
      hasher.combine(status.st_size)
      hasher.combine(status.st_mtim.tv_sec)
      hasher.combine(status.st_mtim.tv_nsec)
    }
    guard depth < depthMax else { return }
    // A block changes when its metadata does, and the folder's time with it.
    for name in listing.prefixes where !name.hasPrefix(".") && !BlockID.isValid(name) {
      note(path + "/" + name, depth: depth + 1, &hasher)
    }
  }
}
