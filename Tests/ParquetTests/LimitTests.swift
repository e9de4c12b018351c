import Columns
import Parquet
import Testing

/// Every limit of the reader is reached by a sound file that is a little too large for it.
@Suite struct LimitTests {
  /// Opens a file under the changed limits and reads every column in every way; the first error.
  private func error(
    _ name: String, memoryBytes: Int? = nil, _ change: (inout ReadLimits) -> Void = { _ in }
  ) throws -> ParquetError? {
    var limits = ReadLimits()
    change(&limits)
    let golden = try GoldenFile(name)
    let memory = memoryBytes.map { MemoryBudget(bytesMax: $0) }
    let statistics = ReadStatistics(memory: memory)
    do throws(ParquetError) {
      let file = try ParquetFile(
        source: MemoryByteSource(golden.bytes), name: name, cache: BoundedCache(capacityBytes: 0),
        limits: limits)
      for group in file.rowGroups.indices {
        for leaf in file.leaves {
          let column = file.column(leaf, rowGroup: group)
          let rows = RowRuns(0..<column.rowCount)
          let read = statistics.part()
          _ = try column.read(rows: rows, owner: .row, statistics: read)
          _ = try column.shape(rows: rows, depth: leaf.maxRepetition, statistics: read)
        }
      }
    } catch {
      return error
    }
    return nil
  }

  @Test(arguments: ["nested-index-v2", "flat-dictionary-v2", "flat-delta", "codec-zstd"])
  func soundFilesStayBelowTheDefaults(_ name: String) throws {
    #expect(try error(name) == nil)
    #expect(try error(name, memoryBytes: 64 << 20) == nil)
  }

  @Test func footerBytes() throws {
    let error = try error("flat-plain-v2") { $0.footerBytesMax = 100 }
    #expect(error?.kind == .limit)
    #expect(error?.message.hasPrefix("a footer of") == true)
  }

  @Test func metadataNesting() throws {
    let error = try error("flat-plain-v2") { $0.metadataNestingMax = 1 }
    #expect(error?.kind == .limit)
    #expect(error?.message == "metadata nested too deeply")
  }

  @Test func schemaNesting() throws {
    let error = try error("nested-index-v2") { $0.schemaNestingMax = 1 }
    #expect(error?.kind == .limit)
    #expect(error?.message == "schema nested too deeply")
  }

  @Test func rows() throws {
    let error = try error("flat-plain-v2") { $0.rowsMax = 1 }
    #expect(error?.kind == .limit)
    #expect(error?.message == "more than 1 rows")
  }

  @Test func pageBytes() throws {
    let error = try error("flat-plain-v2") { $0.pageBytesMax = 8 }
    #expect(error?.kind == .limit)
    #expect(error?.message == "a page of more than 8 bytes")
    #expect(error?.column != nil && error?.offset != nil)
  }

  @Test func pageEntries() throws {
    let error = try error("flat-plain-v2") { $0.pageEntriesMax = 1 }
    #expect(error?.kind == .limit)
    #expect(error?.message == "a page of more than 1 entries")
    #expect(error?.column != nil && error?.offset != nil)
  }

  @Test func textOfPrefixedPages() throws {
    let error = try error("flat-delta") { $0.pageTextBytesMax = 1 }
    #expect(error?.kind == .limit)
    #expect(error?.message == "a page with more than 1 bytes of strings")
  }

  @Test func dictionaryBytes() throws {
    let error = try error("flat-dictionary-v2") { $0.dictionaryBytesMax = 1 }
    #expect(error?.kind == .limit)
    #expect(error?.message == "a dictionary of more than 1 bytes")
  }

  @Test(arguments: ["nested-index-v2", "flat-dictionary-v2", "flat-delta", "long-values"])
  func memory(_ name: String) throws {
    let error = try error(name, memoryBytes: 200)
    #expect(error?.kind == .memory)
    #expect(error?.message == "memory limit of 200 bytes reached")
  }

  /// What a piece of work took is free again when the piece is done, whatever it ended with.
  @Test func memoryIsGivenBack() throws {
    let budget = MemoryBudget(bytesMax: 1 << 30)
    let whole = ReadStatistics(memory: budget)
    let golden = try GoldenFile("nested-index-v2")
    for cut in [golden.bytes.count, golden.bytes.count * 2 / 3] {
      // Pages are damaged from some point on; the footer is whole.
      var bytes = golden.bytes
      for i in min(cut, bytes.count / 3)..<min(cut, bytes.count / 2) { bytes[i] ^= 0x55 }
      let file = try ParquetFile(
        source: MemoryByteSource(bytes), name: "x", cache: BoundedCache(capacityBytes: 0))
      for leaf in file.leaves {
        let column = file.column(leaf, rowGroup: 0)
        let rows = RowRuns(0..<column.rowCount)
        let part = whole.part()
        do throws(ParquetError) {
          _ = try column.read(rows: rows, owner: .row, statistics: part)
          #expect(budget.bytesUsed > 0)
        } catch {
          #expect(error.kind == .damaged || error.kind == .limit || error.kind == .unsupported)
        }
      }
      #expect(budget.bytesUsed == 0)
    }
    #expect(whole.bytesRead > 0)
  }

  /// A page of a few bytes that claims 64 million entries: refused before they are decoded.
  @Test func aLevelBombIsRefusedByTheMemoryLimit() throws {
    let bomb = LevelBomb.file(entries: 1 << 26)
    let file = try ParquetFile(
      source: MemoryByteSource(bomb), name: "bomb", cache: BoundedCache(capacityBytes: 0))
    let column = file.column(file.leaves[0], rowGroup: 0)
    let statistics = ReadStatistics(memory: MemoryBudget(bytesMax: 64 << 20))
    let error = #expect(throws: ParquetError.self) {
      try column.shape(rows: RowRuns(0..<1), depth: 1, statistics: statistics)
    }
    #expect(error?.kind == .memory)
    #expect(statistics.pagesRead == 0)
  }
}
