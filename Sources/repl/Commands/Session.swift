import Columns
import Engine
import Glibc
import LiveStore
import Remote
import Server
import Storage
import TraceQL

/// What a command works with: flags, terminal, and the blocks once they are opened.
struct Session {
  var arguments: ParsedArguments
  var settings: Settings
  var terminal: Terminal
  /// Unix nanoseconds, decided once.
  var nowNanoseconds: UInt64
  let processorCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Bytes of page indexes, dictionaries and shapes kept between requests, and for decoded values
  /// that are asked for again.
  private static let cacheBytes = 140 << 20
  private static let decodedBytes = 40 << 20
  /// Where blocks are so large that little of them would be left for the next query: enough for the
  /// indexes and dictionaries, for nothing decoded.
  private static let largeStoreCacheBytes = 80 << 20
  private static let keptBlockBytesMax = 512 << 20
  /// Where only the query that has read something asks for it again.
  private static let queryCacheBytes = 44 << 20

  init(_ arguments: ParsedArguments) throws(CommandFailure) {
    self.arguments = arguments
    nowNanoseconds = Clock.nowNanoseconds()
    terminal = Terminal()
    do throws(UsageError) {
      settings = try Settings(arguments, nowNanoseconds: nowNanoseconds)
      if settings.format == .parquet, StandardStream.output.isTerminal {
        throw UsageError(
          "Parquet is not for terminals", hint: "Send it to a file: ... --output parquet > FILE",
          command: arguments.command)
      }
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Opens the blocks of `--source`; what was passed over is said on standard error.
  ///
  /// Of a folder that is being served the write-ahead log is read as well, unless blocks alone are
  /// asked for.
  /// `answersMany`: whether what one query has read may serve the next.
  func openCatalog(
    blocksOnly: Bool = false, answersMany: Bool = false
  ) async throws(CommandFailure) -> BlockCatalog {
    try await openCatalog(
      paths: settings.sourcePaths, blocksOnly: blocksOnly, answersMany: answersMany)
  }

  /// The same for other places: folders and files of blocks, and dumps of spans.
  func openCatalog(
    paths: [String], blocksOnly: Bool = false, answersMany: Bool = false
  ) async throws(CommandFailure) -> BlockCatalog {
    let cache =
      answersMany
      ? BoundedCache(capacityBytes: Self.cacheBytes, decodedBytes: Self.decodedBytes)
      : BoundedCache(capacityBytes: Self.queryCacheBytes)
    var catalogs: [BlockCatalog] = []
    for path in paths {
      if TempoClient.isAddress(path) {
        let server = PrintableText.escaped(path)
        throw CommandFailure(
          "\(server) is a server: 'traceql \(server)' asks it in the shell, 'query --follow' shows "
            + "what comes to match", code: .badRequest)
      }
      if let dump = try DumpSource.open(path, cache: cache) {
        catalogs.append(dump)
        continue
      }
      do throws(StorageError) {
        catalogs.append(
          blocksOnly
            ? try BlockCatalog.open(path: path, tenant: settings.tenant, cache: cache)
            : try ServedFolder.open(
              path: path, tenant: settings.tenant, cache: cache))
      } catch {
        throw CommandFailure(error)
      }
    }
    let catalog = BlockCatalog.joined(catalogs)
    let blockBytes = catalog.blocks.reduce(0) { $0 + $1.metadata.byteCount }
    if answersMany, blockBytes > Self.keptBlockBytesMax {
      cache.resize(capacityBytes: Self.largeStoreCacheBytes)
    }
    for warning in catalog.warnings { complain("warning: \(warning)") }
    return catalog
  }

  /// The line a long query shows, on a terminal.
  var progressDisplay: QueryWatch.Display? {
    terminal.errorWidth.map { .line(width: $0) }
  }

  /// A line on standard error.
  func complain(_ sentence: String) {
    StandardStream.error.write("traceql: \(PrintableText.escaped(sentence))\n")
  }

  var dialect: Dialect { settings.isTempoDialect ? .tempo : .extended }

  var threadCount: Int { settings.threadCount ?? processorCount }

  var limits: QueryLimits {
    var limits = QueryLimits()
    if let bytes = settings.memoryBytesMax { limits.memoryBytesMax = bytes }
    return limits
  }

  private var traceScope: QueryOptions.TraceScope {
    settings.judgesWholeTraces ? .wholeTrace : .fragment
  }

  /// Options of the engine as the flags want them.
  var queryOptions: QueryOptions {
    var options = QueryOptions()
    options.limit = settings.limit
    options.timeRange = settings.timeRange
    options.traceScope = traceScope
    options.threadCount = threadCount
    options.limits = limits
    options.metrics.seriesMax = settings.seriesMax
    options.metrics.exemplarsMax = settings.exemplarsMax ?? options.metrics.exemplarsMax
    if settings.isTempoCompatible { options.metrics.quantiles = .powersOfTwo }
    options.skipsDamaged = settings.skipsDamaged
    return options
  }

  /// Tempo's API over the blocks.
  ///
  /// `marksPartialBodies`: its bodies are shown without their headers.
  func apiServer(_ catalog: BlockCatalog, marksPartialBodies: Bool = false) -> APIServer {
    var options = APIOptions(
      nowNanoseconds: Int64(clamping: nowNanoseconds),
      compatibility: settings.isTempoCompatible ? .tempo : .none)
    options.dialect = dialect
    options.traceScope = traceScope
    options.threadCount = threadCount
    options.limits = limits
    options.skipsDamaged = settings.skipsDamaged
    options.marksPartialBodies = marksPartialBodies
    return APIServer(catalog: catalog, options: options)
  }

  /// Says which range the data has if nothing of it lies in the range asked for.
  func explainEmptyRange(_ blocks: [Block]) {
    guard let range = settings.timeRange, !blocks.isEmpty,
      !blocks.contains(where: { $0.metadata.mayOverlap(range) })
    else { return }
    guard let held = blocks.timeRange else { return }
    let zone = settings.zone == .utc ? " UTC" : ""
    let (from, to) = (readable(held.lowerBound), readable(held.upperBound))
    complain("there is no data in that range; the blocks hold \(from) to \(to)\(zone)")
  }

  private func readable(_ nanoseconds: UInt64) -> String {
    CivilTime(unixNanoseconds: nanoseconds, zone: settings.zone).readable
  }

  /// The exit code of an answer, after saying on standard error why it is not whole.
  func conclude(_ outcome: QueryWatch.Outcome, partialReasons: [String]) -> ExitCode {
    if let (reason, code) = stop(outcome) {
      complain("\(reason): partial answer")
      return code
    }
    guard !partialReasons.isEmpty else { return .answered }
    complain("partial answer: " + partialReasons.joined(separator: "; "))
    return .partial
  }

  /// Fails if the query was stopped before it had any answer.
  func failIfStopped(_ outcome: QueryWatch.Outcome) throws(CommandFailure) {
    if let (reason, code) = stop(outcome) {
      throw CommandFailure("\(reason), before there was an answer", code: code)
    }
  }

  /// Why a query did not run to its end, and the exit code of that; nil if it did.
  func stop(_ outcome: QueryWatch.Outcome) -> (reason: String, code: ExitCode)? {
    switch outcome {
    case .finished: return nil
    case .interrupted: return ("interrupted", .interrupted)
    case .timedOut:
      let limit = Int64(clamping: settings.timeoutNanoseconds ?? 0)
      return ("stopped after \(DurationText.format(nanoseconds: limit))", .partial)
    }
  }
}
