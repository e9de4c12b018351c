package import BlockWriter
package import Storage

/// Everything about taking spans in that somebody may decide; 0 switches a limit off.
package struct IngestSettings: Sendable {
  /// Where blocks, and the logs below `wal`, go.
  package var root: String
  package var blockVersion = BlockVersion.vParquet5
  package var dedicatedColumns = DedicatedColumnChoice.auto
  package var threadCount = 1

  // When a block is cut.
  package var blockBytesMax = 128 << 20
  package var blockNanosecondsMax: UInt64 = 1_800_000_000_000
  /// A trace that got no spans for so long is complete.
  package var idleNanoseconds: UInt64 = 5_000_000_000
  /// A block that is due waits for its traces no longer.
  package var traceNanosecondsMax: UInt64 = 30_000_000_000

  // What is taken.
  package var attributeBytesMax = 2_048
  package var rateBytes = 0
  package var burstBytes = 0
  package var liveTracesMax = 0
  package var traceBytesMax = 0
  /// Memory for spans that are in no block yet, and for requests that are being read.
  package var memoryBytesMax = 256 << 20
  /// So long a sender waits for memory before it is told to come again: less than senders wait for
  /// an answer.
  package var patienceNanoseconds: UInt64 = 3_000_000_000

  package var durability = Durability.always
  /// Between two times of making sure, if that is not done always.
  package var syncNanoseconds: UInt64 = 1_000_000_000

  /// When an acknowledged request is on disk.
  package enum Durability: String, Sendable, CaseIterable {
    /// Before it is acknowledged.
    case always
    /// Some time later: a crash of the machine, not of the process, may lose that much.
    case interval
    /// When the kernel likes.
    case never
  }

  package init(root: String) { self.root = root }
}
