import Synchronization

/// How far an export is: counted by those who write, drawn by the one who watches.
final class ExportProgress: Sendable {
  private let total: Int
  private let written = Atomic<Int>(0)
  private let bytes = Atomic<Int>(0)

  init(total: Int) { self.total = total }

  var writtenCount: Int { written.load(ordering: .relaxed) }

  func note(byteCount: Int) {
    written.wrappingAdd(1, ordering: .relaxed)
    bytes.wrappingAdd(byteCount, ordering: .relaxed)
  }

  /// "████░░░░░░░░ 34 % · 1,200 of 3,500 traces · 12 MB · 3.4 s · 6.5 s left"
  func line(elapsedNanoseconds: UInt64, width: Int) -> String {
    let (done, seconds) = (writtenCount, max(Double(elapsedNanoseconds) / 1e9, 1e-3))
    let share = total > 0 ? Double(done) / Double(total) : 1
    var parts = [
      "\(LiveProgress.bar(share, width: 12)) \(Int(share * 100)) %",
      "\(NumberText.grouped(done)) of \(NumberText.counted(total, "trace"))",
      NumberText.bytes(bytes.load(ordering: .relaxed)),
      NumberText.fixed(seconds, places: 1) + " s",
    ]
    if done > 0 { parts.append(NumberText.fixed(seconds / share - seconds, places: 1) + " s left") }
    return DisplayWidth.truncated(parts.joined(separator: " · "), to: max(1, width - 1))
  }
}
