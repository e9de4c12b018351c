import CMalloc

/// How the C library hands out memory in this program.
enum Allocator {
  /// Keeps the memory of columns from query to query and batch to batch.
  ///
  /// By default every large array is mapped afresh and unmapped again, and the page faults cost
  /// more than decoding a column into it: eight times as much was measured.
  static func keepLargeBlocks() {
    let gigabyte: Int32 = 1 << 30
    let growthBytes: Int32 = 16 << 20
    mallopt(M_MMAP_THRESHOLD, gigabyte)
    mallopt(M_TRIM_THRESHOLD, gigabyte)
    mallopt(M_TOP_PAD, growthBytes)
  }
}
