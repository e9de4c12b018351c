import Glibc
import Receivers
import Server

/// Where a configuration comes from: flags before the environment before the file before defaults.
package struct ConfigurationSources: Sendable {
  /// nil for none.
  package var file: String?
  /// All variables of the process, as `NAME=value`.
  package var environment: [String]
  /// Keys and values given on the command line, later ones over earlier ones.
  package var flags: [(path: String, texts: [String])]

  package init(file: String?, environment: [String], flags: [(path: String, texts: [String])]) {
    self.file = file
    self.environment = environment
    self.flags = flags
  }

  /// The configuration, and sentences about keys that mean nothing here.
  package func resolve() throws(ConfigurationError) -> (Configuration, warnings: [String]) {
    var configuration = Configuration()
    var warnings: [String] = []
    if let file { try configuration.apply(file: file, &warnings) }
    try configuration.apply(environment: environment, &warnings)
    for (path, texts) in flags {
      guard try configuration.set(path, to: texts, where: "") else {
        let near = ConfigurationNames.nearest(path)
        throw ConfigurationError(
          message: "there is no key '\(path)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
      }
    }
    try configuration.check()
    return (configuration, warnings)
  }

  /// A value on one line as the texts of its key: a list has commas between them.
  package static func texts(_ value: String, of path: String) -> [String] {
    guard ConfigurationTable.keys.contains(where: { $0.path == path && $0.isList }) else {
      return [value]
    }
    return value.split(separator: ",").map { String($0.drop { $0 == " " }) }
  }
}

extension Configuration {
  fileprivate mutating func apply(
    file: String, _ warnings: inout [String]
  ) throws(ConfigurationError) {
    let bytes: [UInt8]
    do throws(SmallFile.Failure) {
      bytes = try SmallFile.read(file)
    } catch {
      throw ConfigurationError(message: error.message)
    }
    var lines: [String: Int] = [:]
    for entry in try YAMLReader.read(bytes, name: file) {
      let place = "\(file):\(entry.line): "
      guard !entry.path.isEmpty else {
        throw ConfigurationError(message: place + "a list stands where a key is expected")
      }
      if let before = lines.updateValue(entry.line, forKey: entry.path), !entry.isUnreadable {
        warnings.append(place + "'\(entry.path)' stands in line \(before) too; this one counts")
      }
      if entry.values.allSatisfy(\.isEmpty), turnOn(receiver: entry.path) { continue }
      if entry.isUnreadable || ConfigurationTable.keys.allSatisfy({ $0.path != entry.path }) {
        warnings.append(place + ConfigurationNames.unknown(entry.path))
      } else if entry.values != [""] {
        // A key without a value keeps its default.
        _ = try set(entry.path, to: entry.values, where: place)
      }
    }
  }

  fileprivate mutating func apply(
    environment: [String], _ warnings: inout [String]
  ) throws(ConfigurationError) {
    let names = Dictionary(
      uniqueKeysWithValues: ConfigurationTable.keys.map {
        (ConfigurationNames.variable($0.path), $0.path)
      })
    for pair in environment where pair.hasPrefix(ConfigurationNames.variablePrefix) {
      guard let equals = pair.firstIndex(of: "=") else { continue }
      let (name, value) = (String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
      guard let path = names[name] else {
        let near = ConfigurationNames.nearest(name, among: names.keys.sorted())
        warnings.append(
          "the variable \(name) means nothing here"
            + (near.map { "; the nearest that does is \($0)" } ?? ""))
        continue
      }
      _ = try set(path, to: ConfigurationSources.texts(value, of: path), where: "\(name): ")
    }
  }

  /// A receiver that is named without an endpoint listens where it does by default.
  private mutating func turnOn(receiver path: String) -> Bool {
    switch path {
    case "distributor.receivers.otlp.protocols.http":
      otlpEndpoint = ReceiverKind.otlp.defaultEndpoint
    case "distributor.receivers.zipkin": zipkinEndpoint = ReceiverKind.zipkin.defaultEndpoint
    case "distributor.receivers.jaeger.protocols.thrift_http":
      jaegerEndpoint = ReceiverKind.jaeger.defaultEndpoint
    default: return false
    }
    return true
  }

  /// What no single key can say.
  fileprivate func check() throws(ConfigurationError) {
    guard certificateFile.isEmpty == keyFile.isEmpty else {
      throw ConfigurationError(
        message: "server.http_tls_config needs both cert_file and key_file, or neither")
    }
    guard listenPort <= 65_535 else {
      throw ConfigurationError(message: "server.http_listen_port cannot be above 65535")
    }
    for (kind, endpoint) in endpoints where Endpoint(endpoint) == nil {
      throw ConfigurationError(
        message: "the endpoint of the \(kind.rawValue) receiver cannot be '\(endpoint)'. It is "
          + "an address and a port: \(kind.defaultEndpoint), 0.0.0.0:4318, [::1]:4318")
    }
    guard pathPrefix.isEmpty || (pathPrefix.hasPrefix("/") && !pathPrefix.hasSuffix("/")) else {
      throw ConfigurationError(
        message: "http_api_prefix begins with a slash and does not end in one: /tempo")
    }
  }
}

/// Names of keys and variables, and which one somebody meant.
enum ConfigurationNames {
  static let variablePrefix = "TRACEQL_"

  /// `server.http_listen_port` is `TRACEQL_SERVER_HTTP_LISTEN_PORT`; keys below `traceql` need no
  /// second prefix.
  static func variable(_ path: String) -> String {
    let own = path.hasPrefix("traceql.") ? path.dropFirst("traceql.".count) : path[...]
    return variablePrefix + own.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
  }

  static func unknown(_ path: String) -> String {
    if ConfigurationTable.keys.contains(where: { $0.path.hasPrefix(path + ".") }) {
      return "'\(path)' is a group of keys and takes no value; this one is ignored"
    }
    let near = nearest(path)
    return "the key '\(path)' means nothing here and is ignored"
      + (near.map { "; the nearest that does is '\($0)'" } ?? "")
  }

  static func nearest(_ path: String) -> String? {
    nearest(path, among: ConfigurationTable.keys.map(\.path))
  }

  /// The name with the fewest edits, if it is near enough to be meant; also a key of the same last
  /// name at another place.
  static func nearest(_ name: String, among names: [String]) -> String? {
    let last = name.split(separator: ".").last
    if let moved = names.first(where: { $0.split(separator: ".").last == last }) { return moved }
    let ranked = names.map { (name: $0, edits: EditDistance.between(name, $0)) }
    guard let best = ranked.min(by: { $0.edits < $1.edits }) else { return nil }
    return best.edits <= max(2, min(name.utf8.count, best.name.utf8.count) / 4) ? best.name : nil
  }
}

/// Insertions, deletions and replacements that turn one word into another.
enum EditDistance {
  static func between(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first.utf8.prefix(128)), Array(second.utf8.prefix(128)))
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        current.append(
          min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1))
      }
      previous = current
    }
    return previous[b.count]
  }
}

/// Files a server reads whole when it starts: configuration, certificates, credentials.
enum SmallFile {
  struct Failure: Error { var message: String }

  private static let bytesMax = 4 << 20

  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= bytesMax {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path) }
      if count == 0 { return bytes }
      bytes += buffer.prefix(count)
    }
    throw Failure(message: "\(path): larger than \(bytesMax) bytes")
  }

  private static func failure(_ path: String) -> Failure {
    Failure(message: "\(path): \(String(cString: strerror(errno)))")
  }
}
