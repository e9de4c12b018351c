import Foundation
import LiveStore
import Storage
import Synchronization
import Wire

/// A data folder for one test, removed with everything in it.
final class DataFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "live-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // The test has made its point; a folder left behind must not fail it.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The blocks that are complete.
  func blockIDs(tenant: String = "t") -> [String] {
    // No tenant's folder: no blocks.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + tenant)) ?? []
    return names.filter {
      FileManager.default.fileExists(atPath: "\(path)/\(tenant)/\($0)/meta.json")
    }
  }

  /// What the metadata of a complete block says.
  func traceCount(of blockID: String, tenant: String = "t") -> Int {
    let url = URL(fileURLWithPath: "\(path)/\(tenant)/\(blockID)/meta.json")
    // A block that is complete has readable metadata; 0 makes the test that asks fail.
    guard let text = try? String(contentsOf: url, encoding: .utf8),
      let found = text.firstMatch(of: /"totalObjects":(\d+)/)
    else { return 0 }
    return Int(found.1) ?? 0
  }

  func logs(tenant: String = "t") -> [String] {
    // No folder: no logs.
    (try? FileManager.default.contentsOfDirectory(atPath: path + "/wal/" + tenant)) ?? []
  }

  func write(_ text: String, to file: String) throws {
    let url = URL(fileURLWithPath: path + "/" + file)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
}

/// Requests as a client sends them.
enum Request {
  /// One span for each number, each of a trace of its own.
  static func spans(_ numbers: some Sequence<UInt8>) -> [UInt8] {
    spans(numbers.map { ($0, $0) })
  }

  /// Spans by trace and ID.
  static func spans(_ spans: [(trace: UInt8, id: UInt8)]) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.message(1) { resourceSpans in
      resourceSpans.message(2) { scope in
        for (trace, id) in spans {
          scope.message(2) { span in
            span.bytes(1, [UInt8](repeating: trace, count: 16))
            span.bytes(2, [UInt8](repeating: id, count: 8))
            span.string(5, "span \(id)")
          }
        }
      }
    }
    return writer.bytes
  }
}

/// A clock that stands still until a test moves it.
final class ManualClock: Sendable {
  private let nanoseconds = Atomic<UInt64>(1_000_000_000_000)

  func now() -> UInt64 { nanoseconds.load(ordering: .sequentiallyConsistent) }

  func advance(seconds: UInt64) {
    nanoseconds.add(seconds * 1_000_000_000, ordering: .sequentiallyConsistent)
  }
}

extension LiveStore {
  /// Takes a request and waits for what becomes of it.
  func take(_ body: [UInt8], tenant: String = "t") async -> Result<Int, IngestRefusal> {
    await withCheckedContinuation { continuation in
      take(.otlpProtobuf, body, tenant: tenant) { continuation.resume(returning: $0) }
    }
  }

  static func open(
    _ folder: DataFolder, published: @escaping @Sendable () -> Bool = { true },
    clock: ManualClock? = nil, _ change: (inout IngestSettings) -> Void = { _ in }
  ) throws -> LiveStore {
    var settings = IngestSettings(root: folder.path)
    change(&settings)
    return try LiveStore(
      settings,
      hooks: LiveStore.Hooks(published: published, noted: { _ in }, givesMemoryBack: {}),
      clock: clock.map { $0.now } ?? Clock.monotonicNanoseconds)
  }
}
