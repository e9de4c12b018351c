import CMalloc
import Glibc

/// How the C library hands out memory in this program.
enum Allocator {
  /// Keeps the memory of columns from query to query and batch to batch.
  ///
  /// By default every large array is mapped afresh and unmapped again, and the page faults cost
  /// more than decoding a column into it: eight times as much was measured.
  static func keepLargeBlocks() {
    let gigabyte: Int32 = 1 << 30
    mallopt(M_MMAP_THRESHOLD, gigabyte)
    mallopt(M_TRIM_THRESHOLD, gigabyte)
    // One heap for all threads: columns are few and large, and what one thread frees another uses.
    mallopt(M_ARENA_MAX, 1)
    mallopt(M_TOP_PAD, Int32(heapBytes))
    preferLargePages()
  }

  /// Gives what is free in the heap back to the system: after something large is done with that
  /// does not come again at once.
  static func giveBack() { malloc_trim(0) }

  /// Bytes of the heap that are handed out, and those that are kept to be handed out again.
  static var usage: (used: Int, free: Int) {
    let heap = mallinfo2()
    return (heap.uordblks + heap.hblkhd, heap.fordblks)
  }

  /// Address space the heap grows by; only what is touched becomes memory.
  private static let heapBytes = 256 << 20
  private static let largePageBytes = 2 << 20

  /// Asks for large pages in the heap, but for its first part: a command that runs for 20 ms spends
  /// a quarter of them on page faults otherwise, while one of a millisecond would only wait for the
  /// system to clear a large page. Where the system has none, nothing changes.
  private static func preferLargePages() {
    let top = Int(bitPattern: sbrk(0))
    // What lies between is never touched, and so is no memory.
    sbrk(alignedUp(top + smallHeapBytes) - smallHeapBytes - top)
    // More than the heap has left, so that it grows now; its end lies in the first part, as a large
    // page is never made of one of which anything was touched before.
    guard let first = malloc(smallHeapBytes / 4 * 3) else { return }
    let firstLarge = alignedUp(Int(bitPattern: first))
    free(first)
    let end = Int(bitPattern: sbrk(0)) & ~(largePageBytes - 1)
    guard firstLarge < end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: firstLarge), end - firstLarge, MADV_HUGEPAGE)
  }

  /// Gives the calling thread and those to come a heap each, up to `countMax` in all: two that fill
  /// columns of their own wait for each other at every page that a common heap grows by.
  static func separateHeaps(_ countMax: Int) { mallopt(M_ARENA_MAX, Int32(countMax)) }

  /// Asks for large pages in the heap of this thread, which is not the main one, but for its first
  /// part.
  static func preferLargePagesInThread() {
    guard let first = malloc(1) else { return }
    defer { free(first) }
    let start = Int(bitPattern: first)
    // The C library aligns the heaps of threads to their size.
    let firstLarge = (start & ~(threadHeapBytes - 1)) + largePageBytes
    guard start < firstLarge - smallHeapBytes else { return }
    // What lies between is never given back and never touched, and so is no memory.
    _ = malloc(firstLarge - smallHeapBytes - start)
    madvise(
      UnsafeMutableRawPointer(bitPattern: firstLarge), threadHeapBytes - largePageBytes,
      MADV_HUGEPAGE)
  }

  private static let threadHeapBytes = 64 << 20

  /// What a command that reads next to nothing needs.
  private static let smallHeapBytes = 256 << 10

  private static func alignedUp(_ address: Int) -> Int {
    (address + largePageBytes - 1) & ~(largePageBytes - 1)
  }
}
