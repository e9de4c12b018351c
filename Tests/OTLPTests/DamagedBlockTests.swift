import Columns
import Foundation
import OTLP
import Storage
import TestSupport
import Testing

@Suite("Damaged blocks")
struct DamagedBlockTests {
  @Test("a trace out of damaged bytes is an error or a trace, never a crash", arguments: [3, 4, 5])
  func damage(_ version: Int) throws {
    let name = "0000000\(version)-0000-4000-8000-00000000000\(version)"
    let original = Fixture.path("Tests/OTLPTests/Fixtures/all-kinds/single-tenant/" + name)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("otlp-damage-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }  // only tidying up
    try FileManager.default.copyItem(at: URL(fileURLWithPath: original), to: folder)
    let data = folder.appendingPathComponent("data.parquet")
    let intact = try bytes(of: original + "/data.parquet")
    let traceID: [UInt8] = [
      0x0A, 0xF7, 0x65, 0x19, 0x16, 0xCD, 0x43, 0xDD, 0x84, 0x48, 0xEB, 0x21, 0x1C, 0x80, 0x31,
      0x9C,
    ]
    var random = SplitMix(seed: UInt64(version))
    var readable = 0
    var refused = 0
    for _ in 0..<150 {
      // Of the pages rather than the footer most of the time: that is where rows are rebuilt from.
      var damaged = intact
      let at = random.integer(4...intact.count * 2 / 3)
      damaged.replaceSubrange(
        at..<at + 16, with: Damage.inflicted(on: Array(intact[at..<at + 16]), using: &random))
      try Data(damaged).write(to: data)
      do {
        let blocks = try BlockCatalog.open(
          path: folder.path, tenant: nil, cache: BoundedCache(capacityBytes: 1 << 20)
        ).blocks
        _ = try TraceReader.read(traceID: traceID, blocks: blocks)
        readable += 1
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    #expect(readable > 0 && refused > 0)
  }
}
