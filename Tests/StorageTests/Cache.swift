import Columns

enum Cache {
  /// A cache of its own for every use, large enough for the blocks of the tests.
  static var small: BoundedCache { BoundedCache(capacityBytes: 16 << 20) }
}
