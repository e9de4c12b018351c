import Glibc
import HTTPServer

/// `traceql serve`: Tempo's API over HTTP, until it is told to stop.
enum ServeCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let sources = ConfigurationSources(
      file: session.arguments.value(.config), environment: environment(),
      flags: try flags(session))
    do throws(ConfigurationError) {
      let (configuration, warnings) = try sources.resolve()
      for warning in warnings { session.complain("warning: \(warning)") }
      if session.arguments.isSet(.printConfig) {
        StandardStream.output.write(configuration.printed)
        return .answered
      }
      try await ServerLife.run(
        configuration, sources: sources, processorCount: session.threadCount,
        heap: HeapHooks(usage: { Allocator.usage }, giveBack: { Allocator.giveBack() }),
        says: { session.complain($0) })
      return .answered
    } catch {
      throw CommandFailure(
        PrintableText.escaped(error.message), code: error.isOfSource ? .unreadable : .badRequest)
    }
  }

  /// What the flags mean in terms of the configuration's keys.
  private static func flags(
    _ session: Session
  ) throws(CommandFailure) -> [(path: String, texts: [String])] {
    let arguments = session.arguments
    var flags: [(path: String, texts: [String])] = []
    for text in arguments.values[.set] ?? [] {
      guard let equals = text.firstIndex(of: "=") else {
        throw CommandFailure(
          UsageError(
            "'\(PrintableText.escaped(text))' sets nothing",
            hint: "It is a key and a value: --set query_frontend.api_timeout=30s", command: .serve))
      }
      let (path, value) = (String(text[..<equals]), String(text[text.index(after: equals)...]))
      flags.append((path, ConfigurationSources.texts(value, of: path)))
    }
    let texts: [(Flag.Name, String)] = [
      (.tenant, "traceql.tenant"),
      (.traceScope, "traceql.trace_scope"), (.threads, "traceql.threads"),
      (.memory, "traceql.query_memory_bytes"), (.blockFormat, "storage.trace.block.version"),
    ]
    for (flag, path) in texts {
      if let value = arguments.value(flag) { flags.append((path, [value])) }
    }
    if let sources = arguments.values[.source], let first = sources.first {
      flags.append(("storage.trace.local.path", [first]))
      flags.append(("traceql.sources", Array(sources.dropFirst())))
    }
    if let folder = arguments.value(.data) {
      guard !folder.isEmpty, arguments.values[.source] == nil else {
        throw CommandFailure(
          UsageError(
            folder.isEmpty ? "--data needs a folder" : "--data and --source are two answers to one",
            hint: "What lies in the folder of --data is served as well.", command: .serve))
      }
      flags += [("storage.trace.local.path", [folder]), ("traceql.ingest.enabled", ["true"])]
    }
    if arguments.isSet(.skipDamaged) { flags.append(("traceql.skip_damaged", ["true"])) }
    if arguments.isSet(.compat) { flags.append(("traceql.compat_tempo", ["true"])) }
    if arguments.isSet(.dialect) { flags.append(("traceql.dialect_tempo", ["true"])) }
    if let nanoseconds = session.settings.timeoutNanoseconds {
      flags.append(("query_frontend.api_timeout", ["\(nanoseconds)ns"]))
    }
    if let address = arguments.value(.listen) { flags += try listen(address) }
    return flags
  }

  /// `HOST:PORT`, `:PORT` for every address, `[::1]:PORT`.
  private static func listen(
    _ text: String
  ) throws(CommandFailure) -> [(path: String, texts: [String])] {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else {
      throw CommandFailure(
        UsageError(
          "--listen cannot be '\(PrintableText.escaped(text))'",
          hint: "It is an address and a port: 127.0.0.1:3200, [::1]:3200, :3200 for all addresses.",
          command: .serve))
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return [
      ("server.http_listen_address", [host.isEmpty ? "0.0.0.0" : String(host)]),
      ("server.http_listen_port", [String(port)]),
    ]
  }

  private static func environment() -> [String] {
    var variables: [String] = []
    var next = environ
    while let variable = next.pointee {
      variables.append(String(cString: variable))
      next += 1
    }
    return variables
  }
}
