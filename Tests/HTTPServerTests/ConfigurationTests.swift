import TestSupport
import Testing

@testable import HTTPServer

@Suite("Configuration")
struct ConfigurationTests {
  private func resolve(
    environment: [String] = [], flags: [(path: String, texts: [String])] = []
  ) throws -> (Configuration, warnings: [String]) {
    try ConfigurationSources(file: nil, environment: environment, flags: flags).resolve()
  }

  @Test("every key stands once, has a variable of its own, a summary and a default that it takes")
  func table() throws {
    let keys = ConfigurationTable.keys
    #expect(Set(keys.map(\.path)).count == keys.count)
    #expect(Set(keys.map { ConfigurationNames.variable($0.path) }).count == keys.count)
    for key in keys {
      #expect(!key.summary.isEmpty && !key.summary.hasSuffix("."), "\(key.path)")
      #expect(!key.path.split(separator: ".").contains { $0 != $0.lowercased() }, "\(key.path)")
      var configuration = Configuration()
      let shown = configuration.text(of: key)
      let texts = try YAMLReader.read(Array("x: \(shown)".utf8), name: "x").first?.values ?? []
      #expect(try configuration.set(key.path, to: texts, where: ""), "\(key.path)")
      #expect(configuration == Configuration(), "\(key.path): \(shown)")
    }
  }

  @Test("what is printed means the same when it is read, whatever the values")
  func printing() throws {
    var configuration = Configuration()
    configuration.listenHost = "::1"
    configuration.sourcePath = "/with: \"quotes\", #marks\tand\nlines"
    configuration.furtherSources = ["a,b", "- c", "true"]
    configuration.allowedOrigins = ["*"]
    configuration.queryTimeout = .init(nanoseconds: 90_500_000_000)
    configuration.isMCPEnabled = true
    configuration.cacheBytes = 0
    for text in [configuration.yaml(), configuration.printed, configuration.yaml(.changed)] {
      var read = Configuration()
      for entry in try YAMLReader.read(Array(text.utf8), name: "x") {
        #expect(try read.set(entry.path, to: entry.values, where: ""))
      }
      #expect(read == configuration, "\(text)")
    }
    #expect(Configuration().yaml(.changed) == "\n")
  }

  @Test("flags stand over variables")
  func precedence() throws {
    let variable = "TRACEQL_SERVER_HTTP_LISTEN_PORT=1"
    #expect(try resolve(environment: [variable]).0.listenPort == 1)
    let flag = (path: "server.http_listen_port", texts: ["2"])
    #expect(try resolve(environment: [variable], flags: [flag]).0.listenPort == 2)
    #expect(try resolve(environment: ["TRACEQL_CACHE_BYTES=1GiB"]).0.cacheBytes == 1 << 30)
    let origins = try resolve(environment: ["TRACEQL_CORS_ORIGINS=https://a, https://b"]).0
    #expect(origins.allowedOrigins == ["https://a", "https://b"])
    let sources = [("storage.trace.local.path", ["x"]), ("traceql.sources", ["y", "x", "y", "z"])]
    #expect(try resolve(flags: sources).0.sourcePaths == ["x", "y", "z"])
  }

  @Test(
    "values that are none are refused with what they should be",
    arguments: [
      ("server.http_listen_port", "x", "whole number, 0 or more"),
      ("server.http_listen_port", "-1", "whole number"),
      ("server.http_listen_port", "70000", "65535"),
      ("server.http_listen_conn_limit", "0", "1 or more"),
      ("server.http_server_read_timeout", "5", "a length of time"),
      ("server.http_server_read_timeout", "-5s", "a length of time"),
      ("server.log_format", "xml", "one of logfmt, json"),
      ("multitenancy_enabled", "2", "true or false"),
      ("traceql.cache_bytes", "many", "a size"),
      ("traceql.cache_bytes", "99999999999GB", "a size"),
      ("http_api_prefix", "tempo", "begins with a slash"),
      ("distributor.receivers.zipkin.endpoint", "9411", "an address and a port"),
      ("server.http_tls_config.key_file", "x", "both cert_file and key_file"),
      ("server.http_listen_prot", "1", "did you mean 'server.http_listen_port'"),
      ("nothing.like.it", "1", "there is no key 'nothing.like.it'"),
    ])
  func refused(_ path: String, _ value: String, _ wanted: String) throws {
    do throws(ConfigurationError) {
      _ = try ConfigurationSources(
        file: nil, environment: [], flags: [(path, ConfigurationSources.texts(value, of: path))]
      ).resolve()
      Issue.record("it was taken")
    } catch {
      #expect(error.message.contains(wanted))
    }
  }

  @Test(
    "sizes",
    arguments: [
      ("0", 0), ("12", 12), ("1kB", 1_000), ("1KiB", 1_024), ("3 MB", 3_000_000), ("2g", 2 << 30),
      ("1.5MB", nil), ("-1", nil), ("", nil), ("MB", nil), ("9999999999999999999", nil),
      ("9223372036854775807k", nil), ("١", nil),
    ] as [(String, Int?)])
  func sizes(_ text: String, _ bytes: Int?) { #expect(ByteCountText.parse(text) == bytes) }

  @Test(
    "addresses with ports",
    arguments: [
      ("localhost:4318", "127.0.0.1", 4318), (":0", "0.0.0.0", 0), ("[::1]:9", "::1", 9),
      ("h:65535", "h", 65_535),
    ])
  func endpoints(_ text: String, _ host: String, _ port: Int) {
    #expect(Endpoint(text)?.host == host && Endpoint(text)?.port == port)
  }

  @Test("no addresses with ports", arguments: ["", "4318", "h:", "h:-1", "h:65536", "h:x"])
  func noEndpoints(_ text: String) { #expect(Endpoint(text) == nil) }
}

@Suite("YAML of configurations")
struct YAMLReaderTests {
  private func paths(_ text: String) throws -> [String] {
    try YAMLReader.read(Array(text.utf8), name: "c.yml").map {
      "\($0.line) \($0.path)=\($0.isUnreadable ? "?" : $0.values.joined(separator: "|"))"
    }
  }

  @Test("keys with their lines, however they are written")
  func shapes() throws {
    #expect(try paths("a: 1\nb:\n  c: x y\n  d: 'q: r'\n") == ["1 a=1", "3 b.c=x y", "4 b.d=q: r"])
    #expect(try paths("{a: {b: 1}, c: [x, \"y\"]}") == ["1 a.b=1", "1 c=x|y"])
    #expect(try paths("a:\n- x\n- y\nb: []\n") == ["2 a=x|y", "4 b="])
    #expect(try paths("# only a comment\n") == [])
    #expect(try paths("") == [])
    #expect(try paths("a:\nb: ~\n") == ["1 a=", "2 b=~"])
    #expect(try paths("a: [1, {b: [c]}, 2]\nd: 3\n") == ["1 a=?", "1 a=1|2", "2 d=3"])
    #expect(try paths("a: &x 1\nb: *x\n") == ["1 a=1", "2 b=?"])
  }

  @Test(
    "what is no YAML has its place",
    arguments: ["a: [", "a: b: c", "\tx", "a: 'b", "- a\nb: c"])
  func broken(_ text: String) {
    do throws(ConfigurationError) {
      _ = try YAMLReader.read(Array(text.utf8), name: "c.yml")
      Issue.record("it was read")
    } catch {
      #expect(error.message.hasPrefix("c.yml:"))
    }
  }

  @Test("damaged files are read or refused", arguments: 0..<200)
  func damage(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let text = Array(Configuration().printed.utf8)
    let damaged = Damage.inflicted(on: text, using: &random)
    do throws(ConfigurationError) {
      for entry in try YAMLReader.read(damaged, name: "c.yml") { #expect(entry.line > 0) }
    } catch {
      #expect(error.message.hasPrefix("c.yml"))
    }
  }
}

@Suite("Names that were meant")
struct NearestNameTests {
  @Test(
    "edits",
    arguments: [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2)])
  func distance(_ a: String, _ b: String, _ edits: Int) {
    #expect(EditDistance.between(a, b) == edits)
    #expect(EditDistance.between(b, a) == edits)
  }

  @Test(
    "the key that was meant",
    arguments: [
      ("server.http_listen_prt", "server.http_listen_port"),
      ("http_listen_port", "server.http_listen_port"),
      ("frontend.api_timeout", "query_frontend.api_timeout"),
      ("multitenancy", nil), ("x", nil),
    ] as [(String, String?)])
  func nearest(_ name: String, _ meant: String?) {
    #expect(ConfigurationNames.nearest(name) == meant)
  }
}
