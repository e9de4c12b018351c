import Intake
import Spans
package import Storage
package import WriteAheadLog

/// What a log held, read back.
package struct ReplayedLog: Sendable {
  package var blockID: String
  package var tenant: String
  let number: Int
  /// In the order of the log, none larger than a chunk needs.
  var chunks: [SpanTable] = []
  var byteCount = 0
  package private(set) var tornBytes = 0
  /// What was kept and cannot be read any more, in sentences.
  package private(set) var damage: [String] = []

  package var spanCount: Int { chunks.reduce(0) { $0 + $1.spanCount } }

  /// Reads a log; nil if it is gone.
  package init?(_ name: LogFolder.Name, in folder: LogFolder) throws(LogError) {
    guard let bytes = try folder.read(name) else { return nil }
    let content = LogContent(bytes)
    let path = folder.path(of: name)
    blockID = name.blockID
    tenant = name.tenant
    number = name.number
    byteCount = bytes.count
    tornBytes = content.tornBytes
    damage = content.damage.map {
      "\(path): \($0.byteCount) bytes at \($0.offset) are damaged; the spans in them are lost"
    }
    for record in content.records {
      guard case .request(let request) = record else { continue }
      if chunks.last.map({ $0.spanCount >= LiveChunk.spanCountMax }) ?? true {
        chunks.append(SpanTable())
      }
      do throws(IntakeError) {
        try request.decode(into: &chunks[chunks.count - 1])
      } catch {
        damage.append("\(path): a request cannot be read: \(error)")
      }
    }
    chunks.removeAll { $0.spanCount == 0 }
  }
}

package enum LogReplay {
  /// Whether a log's block is there, or was and has been compacted into another.
  package static func isPublished(
    _ name: LogFolder.Name, root: String
  ) throws(StorageError) -> Bool {
    let store = LocalStore(root: root)
    for object in ["meta.json", "meta.compacted.json", "meta.deleted.json"]
    where try store.holds("\(name.tenant)/\(name.blockID)/\(object)") {
      return true
    }
    return false
  }
}
