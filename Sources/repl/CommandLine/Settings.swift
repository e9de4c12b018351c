package import TraceQL

/// What the flags say, checked and with defaults filled in.
package struct Settings: Sendable {
  /// A range of time as the engine wants it, and whether somebody asked for it.
  package typealias TimeRange = ClosedRange<UInt64>

  package static let limitDefault = 20

  /// At least one.
  package var sourcePaths = ["."]
  package var tenant: String?
  /// Unix nanoseconds, inclusive; nil for everything there is.
  package var timeRange: TimeRange?
  /// 0 for all.
  package var limit = limitDefault
  package var format = OutputFormat.table
  package var rows = RowKind.traces
  package var judgesWholeTraces = true
  package var isTempoCompatible = false
  package var isTempoDialect = false
  /// nil: one per processor.
  package var threadCount: Int?
  /// nil: the engine's own limit.
  package var memoryBytesMax: Int?
  package var timeoutNanoseconds: UInt64?
  /// `--limit` if it was given.
  package var givenLimit: Int?
  /// Nanoseconds between samples; nil: what suits the range.
  package var stepNanoseconds: UInt64?
  package var isInstant = false
  /// 0: no limit.
  package var seriesMax = 0
  package var exemplarsMax: Int?
  /// `--output` if it was given.
  package var givenFormat: OutputFormat?
  /// Values of the query's `$name`.
  package var parameters = ParameterValues()
  package var skipsDamaged = false
  package var zone = CivilTime.Zone.local

  /// Interprets the flags; `nowNanoseconds` is what relative times are counted from.
  package init(_ arguments: ParsedArguments, nowNanoseconds: UInt64) throws(UsageError) {
    let command = arguments.command
    let reader = ValueReader(arguments: arguments, command: command)
    sourcePaths = arguments.values[.source] ?? ["."]
    guard !sourcePaths.contains("") else {
      throw UsageError("--source needs a path", command: command)
    }
    tenant = arguments.value(.tenant)
    zone = arguments.isSet(.utc) ? .utc : .local
    timeRange = try reader.timeRange(
      TimeExpression(nowNanoseconds: nowNanoseconds, zone: zone))
    // Lists of values are for picking one: they show everything unless told otherwise.
    limit = try reader.count(.limit, floor: 0) ?? (command == .values ? 0 : Self.limitDefault)
    // A trace is a tree by nature.
    format =
      arguments.value(.output).flatMap(OutputFormat.init)
      ?? OutputFormat.formats(of: command ?? .query)[0]
    rows = arguments.value(.rows).flatMap(RowKind.init) ?? .traces
    isTempoCompatible = arguments.isSet(.compat)
    judgesWholeTraces =
      arguments.value(.traceScope).map { $0 == "whole" } ?? !isTempoCompatible
    isTempoDialect = arguments.isSet(.dialect)
    threadCount = try reader.count(.threads, floor: 1)
    guard threadCount ?? 1 <= 1024 else {
      throw UsageError("--threads cannot be more than 1024", command: command)
    }
    memoryBytesMax = try reader.size(.memory)
    timeoutNanoseconds = try reader.duration(.timeout)
    parameters = try reader.parameters()
    givenLimit = arguments.isSet(.limit) ? limit : nil
    givenFormat = arguments.value(.output).flatMap(OutputFormat.init)
    stepNanoseconds = try reader.duration(.step)
    isInstant = arguments.isSet(.instant)
    guard !isInstant || stepNanoseconds == nil else {
      throw UsageError("--instant has no steps: leave --step out", command: command)
    }
    seriesMax = try reader.count(.maxSeries, floor: 1) ?? 0
    exemplarsMax = try reader.count(.exemplars, floor: 0)
    skipsDamaged = arguments.isSet(.skipDamaged)
  }
}

/// Reads the values of single flags; errors name the flag and show what it wants.
struct ValueReader {
  var arguments: ParsedArguments
  var command: Command.Name?

  func count(_ flag: Flag.Name, floor: Int) throws(UsageError) -> Int? {
    guard let text = arguments.value(flag) else { return nil }
    guard let value = Int(text), value >= floor, text.utf8.first != UInt8(ascii: "+") else {
      throw wrong(flag, text, "It is a whole number, \(floor) or more.")
    }
    return value
  }

  func size(_ flag: Flag.Name) throws(UsageError) -> Int? {
    guard let text = arguments.value(flag) else { return nil }
    guard let value = SizeText.parse(text), value > 0 else {
      throw wrong(flag, text, "It is a size: 512MB, 2GiB or a number of bytes.")
    }
    return value
  }

  func duration(_ flag: Flag.Name) throws(UsageError) -> UInt64? {
    guard let text = arguments.value(flag) else { return nil }
    guard let value = DurationText.parse(text), value > 0 else {
      throw wrong(flag, text, "It is a length of time with its unit: 500ms, 30s, 1h30m.")
    }
    return value
  }

  func parameters() throws(UsageError) -> ParameterValues {
    var parameters = ParameterValues()
    for text in arguments.values[.param] ?? [] {
      do throws(ParameterError) {
        try parameters.add(assignment: text)
      } catch {
        throw UsageError(PrintableText.escaped(error.message), command: command)
      }
    }
    return parameters
  }

  func timeRange(_ times: TimeExpression) throws(UsageError) -> Settings.TimeRange? {
    guard !arguments.isSet(.since) || !arguments.isSet(.start) else {
      throw UsageError("--since and --start are both given; one is enough", command: command)
    }
    let start = try time(.start, times)
    let end = try time(.end, times)
    if var text = arguments.value(.since) {
      if text.hasPrefix("-") { text.removeFirst() }
      guard let age = DurationText.parse(text) else {
        throw wrong(.since, text, "It is a length of time with its unit: 30m, 1h30m, 7d.")
      }
      let last = end ?? times.nowNanoseconds
      return (last > age ? last - age : 0)...last
    }
    guard start != nil || end != nil else { return nil }
    let (first, last) = (start ?? 0, end ?? UInt64(Int64.max))
    guard first <= last else {
      let shown = [first, last].map {
        CivilTime(unixNanoseconds: $0, zone: times.zone).readable
      }
      throw UsageError(
        "--start (\(shown[0])) is after --end (\(shown[1]))", command: command)
    }
    return first...last
  }

  private func time(
    _ flag: Flag.Name, _ times: TimeExpression
  ) throws(UsageError) -> UInt64? {
    guard let text = arguments.value(flag) else { return nil }
    guard let value = times.parse(text) else {
      throw wrong(
        flag, text,
        "It is RFC 3339 (2026-01-15T09:30:00Z), Unix seconds or nanoseconds, now, or -1h30m.")
    }
    return value
  }

  private func wrong(_ flag: Flag.Name, _ text: String, _ hint: String) -> UsageError {
    UsageError(
      "\(flag.spelling) cannot be '\(PrintableText.escaped(text))'", hint: hint,
      command: command)
  }
}
