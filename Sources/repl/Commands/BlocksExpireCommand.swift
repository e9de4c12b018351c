import Compaction
import Engine
import Storage

/// `traceql blocks expire`: blocks that have had their time, or are too many, go; of blocks that
/// hold traces of several ages, those traces.
struct BlocksExpireCommand {
  private let session: Session
  private let isDry: Bool
  private let judge: RetentionJudge
  private let retention: RetentionPlan.Options
  private let graceNanoseconds: UInt64?
  private let now = Clock.nowNanoseconds()
  private var run: RewriteRun
  private var (retired, cleared, bytes, traces, rewritten) = (0, 0, 0, 0, 0)

  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    var command = try BlocksExpireCommand(session)
    let path = session.arguments.operands.first ?? session.dataFolderPath
    let folder = try DataFolder(path, session, isReadOnly: command.isDry)
    for tenant in folder.tenants {
      guard try await command.expire(tenant) else {
        session.complain(RewriteRun.interrupted)
        return .interrupted
      }
    }
    command.sayWhatWasDone()
    return .answered
  }

  private init(_ session: Session) throws(CommandFailure) {
    self.session = session
    isDry = session.arguments.isSet(.dryRun)
    run = try RewriteRun(session)
    var rules: [RetentionRule] = []
    for text in session.arguments.values[.rule] ?? [] {
      do throws(RetentionRuleError) {
        rules.append(
          try RetentionRule(text) { age in DurationText.parse(age).flatMap { $0 > 0 ? $0 : nil } })
      } catch {
        throw CommandFailure(
          UsageError(
            "--rule cannot be '\(PrintableText.escaped(text))'",
            hint: PrintableText.escaped(error.message), command: .blocksExpire))
      }
    }
    judge = RetentionJudge(rules, threadCount: session.threadCount, limits: session.limits)
    retention = try Self.retention(rules, session)
    graceNanoseconds = try session.nanoseconds(.grace)
  }

  private static func retention(
    _ rules: [RetentionRule], _ session: Session
  ) throws(CommandFailure) -> RetentionPlan.Options {
    var retention = RetentionPlan.Options()
    if let age = try session.nanoseconds(.retention) { retention.retentionNanoseconds = age }
    retention.rules = rules
    if let percent = try session.count(.rewriteAt, floor: 0) {
      guard percent <= 100 else {
        throw CommandFailure(
          UsageError("--rewrite-at cannot be above 100 percent", command: .blocksExpire))
      }
      retention.rewritePercent = percent
    }
    retention.bytesMax = try session.bytes(.quota)
    return retention
  }

  /// False if Ctrl-C came.
  private mutating func expire(_ tenant: TenantFolder) async throws(CommandFailure) -> Bool {
    let compactor = compactor(tenant)
    var blocks: [Block] = []
    let plan: RetentionPlan
    do throws(StorageError) {
      blocks = try isDry ? compactor.blocks() : compactor.recover()
      plan = compactor.expired(blocks, now: now)
      for (block, reason) in plan.expired { try expire(block, by: reason.rawValue, tenant) }
    } catch {
      throw CommandFailure(error)
    }
    let gone = Set(plan.expired.map(\.block.name))
    blocks.removeAll { gone.contains($0.name) }
    for mixed in plan.mixed {
      guard try await expire(mixed, of: blocks, compactor) else { return false }
    }
    do throws(StorageError) {
      if !isDry { cleared += try compactor.clear(now: Clock.nowNanoseconds()).count }
    } catch {
      throw CommandFailure(error)
    }
    return true
  }

  private func compactor(_ tenant: TenantFolder) -> Compactor {
    var compactor = Compactor(tenant)
    compactor.retention = retention
    if let graceNanoseconds { compactor.graceNanoseconds = graceNanoseconds }
    return compactor
  }

  private mutating func expire(
    _ block: Block, by reason: String, _ tenant: TenantFolder
  ) throws(StorageError) {
    let verb = isDry ? "would expire" : "expired"
    StandardStream.output.write("\(verb) by \(reason): \(tenant.path)/\(block.name)\n")
    if !isDry { try tenant.retire(block.name) }
    retired += 1
    bytes += block.metadata.byteCount
  }

  /// Takes traces out of a block whose time is up; false if Ctrl-C came.
  private mutating func expire(
    _ mixed: RetentionPlan.Mixed, of blocks: [Block], _ compactor: Compactor
  ) async throws(CommandFailure) -> Bool {
    let (block, tenant, judge) = (mixed.block, compactor.folder, judge)
    let (answer, outcome) = await QueryWatch.run(
      timeoutNanoseconds: nil, width: session.terminal.errorWidth
    ) { progress async throws(StorageError) in
      try await judge.judge(mixed, among: blocks, progress: progress)
    }
    if outcome == .interrupted { return false }
    let expiry: TraceExpiry
    do throws(StorageError) {
      expiry = try answer.get()
      if expiry.isWhole {
        try expire(block, by: "rule", tenant)
        traces += expiry.traces.count
        return true
      }
      if try compactor.folder.isHeld(block) { return true }
    } catch {
      throw CommandFailure(error)
    }
    let some = "\(NumberText.grouped(expiry.traces.count)) of \(Self.traces(expiry.traceCount))"
    guard expiry.isEnough(percent: compactor.retention.rewritePercent) else {
      if !expiry.traces.isEmpty {
        StandardStream.output.write("too few by rule: \(some) of \(tenant.path)/\(block.name)\n")
      }
      return true
    }
    traces += expiry.traces.count
    rewritten += 1
    if isDry {
      StandardStream.output.write("would expire by rule: \(some) of \(tenant.path)/\(block.name)\n")
      return true
    }
    let done = try await run.run(
      run.rewrite([block]).without(expiry), compactor, what: block.name)
    guard let done else { return false }
    let new = done.metadata?.blockID ?? ""
    StandardStream.output.write(
      "expired by rule: \(some) of \(tenant.path)/\(block.name), now \(new)\n")
    return true
  }

  private static func traces(_ count: Int) -> String { NumberText.counted(count, "trace") }

  private func sayWhatWasDone() {
    var parts = [
      NumberText.counted(retired, "block") + (isDry ? " to expire" : " expired"),
      NumberText.bytes(bytes), NumberText.counted(cleared, "block") + " removed",
    ]
    if !judge.rules.isEmpty {
      let verb = isDry ? "to rewrite" : "rewritten"
      parts += [
        "\(NumberText.counted(rewritten, "block")) \(verb)", Self.traces(traces) + " by rule",
      ]
    }
    StandardStream.error.write(parts.joined(separator: " · ") + "\n")
  }
}
