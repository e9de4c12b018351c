/// The files of Sources that may use unsafe pointers, `@unchecked` or `nonisolated(unsafe)`.
///
/// Each stands behind an interface that has checked its bounds once.
enum UnsafeFiles {
  static let pinned: Set<String> = [
    "Sources/Columns/Bitmap.swift"
  ]
}
