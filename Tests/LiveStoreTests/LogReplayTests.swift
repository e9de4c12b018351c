import Foundation
import LiveStore
import Storage
import Testing
import WriteAheadLog

@Suite struct LogReplayTests {
  private let name = LogFolder.Name(
    tenant: "t", number: 7, blockID: "01234567-89ab-4def-8123-456789abcdef")

  private func log(_ folder: DataFolder, _ requests: [LoggedRequest]) throws -> LogFolder {
    let logs = LogFolder(root: folder.path)
    let file = try logs.createLog(name)
    try file.append(requests.map { LogRecord.request($0).encoded }, isSafe: true)
    return logs
  }

  private func request(_ numbers: Range<UInt8>, dropped: [UInt8] = []) -> LoggedRequest {
    LoggedRequest(
      format: SpanFormat.otlpProtobuf.rawValue, attributeBytesMax: 2_048, droppedTraces: dropped,
      body: Request.spans(numbers))
  }

  @Test func whatWasLoggedIsReadWithoutTheTracesThatWereDropped() throws {
    let folder = try DataFolder()
    let dropped = [UInt8](repeating: 5, count: 16)
    let logs = try log(folder, [request(1..<4), request(4..<7, dropped: dropped)])
    let read = try #require(try ReplayedLog(name, in: logs))
    #expect(read.blockID == name.blockID && read.tenant == "t")
    #expect(read.spanCount == 5)
    #expect(read.damage.isEmpty && read.tornBytes == 0)
  }

  @Test func aLogThatIsGoneIsNoError() throws {
    let folder = try DataFolder()
    #expect(try ReplayedLog(name, in: LogFolder(root: folder.path)) == nil)
  }

  @Test func aFolderThatIsCalledLikeALogIsSaidOnce() throws {
    let folder = try DataFolder()
    let path = LogFolder(root: folder.path).path(of: name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let error = #expect(throws: StorageError.self) { _ = try LiveStore.open(folder) }
    #expect(error?.description == "\(path): cannot be read: Is a directory")
  }

  @Test func whatCannotBeReadIsSaidAndTheRestIsThere() throws {
    let folder = try DataFolder()
    let strange = LoggedRequest(format: 99, attributeBytesMax: 0, body: [1])
    let broken = LoggedRequest(
      format: SpanFormat.otlpProtobuf.rawValue, attributeBytesMax: 0, body: [0x0A, 0x7F])
    let logs = try log(folder, [strange, request(1..<3), broken])
    let read = try #require(try ReplayedLog(name, in: logs))
    #expect(read.spanCount == 2)
    #expect(read.damage.count == 2)
    #expect(read.damage.allSatisfy { $0.contains(name.blockID) })
  }

  @Test func aBlockThatIsThereOrWasMakesItsLogSuperfluous() throws {
    for object in ["meta.json", "meta.compacted.json", "meta.deleted.json"] {
      let folder = try DataFolder()
      #expect(try !LogReplay.isPublished(name, root: folder.path))
      try folder.write("{}", to: "t/\(name.blockID)/data.parquet")
      #expect(try !LogReplay.isPublished(name, root: folder.path))
      try folder.write("{}", to: "t/\(name.blockID)/\(object)")
      #expect(try LogReplay.isPublished(name, root: folder.path))
    }
  }

  @Test func aStoreReadsBackWhatIsInNoBlock() async throws {
    let folder = try DataFolder()
    _ = try log(folder, [request(1..<4)])
    let store = try LiveStore.open(folder)
    #expect(store.liveSpanCount == 3)
    #expect(await store.flush())
    #expect(store.liveSpanCount == 0)
    #expect(folder.blockIDs() == [name.blockID] && folder.logs().isEmpty)
  }
}
