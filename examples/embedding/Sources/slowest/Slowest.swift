import Engine

/// Asks the blocks at a path, from inside this process, which traces of each service took longest.
@main
struct Slowest {
  static func main() async {
    do throws(TraceStoreError) {
      try await run(path: CommandLine.arguments.dropFirst().first ?? "../data")
    } catch {
      print(error)
    }
  }

  static func run(path: String) async throws(TraceStoreError) {
    let store = try TraceStore(paths: [path])
    let traceCount = store.blocks.reduce(0) { $0 + $1.traceCount }
    print("\(store.blocks.count) block(s), \(traceCount) traces")

    // A search: the traces with a failed span, and the longest of them first.
    var options = QueryOptions()
    options.limit = 0
    let failed = try await store.search("{ status = error }", options: options)
    print("\(failed.traces.count) traces with an error")
    let slowest = failed.traces.max { $0.durationNanoseconds < $1.durationNanoseconds }
    if let slowest {
      print("slowest: \(slowest.rootServiceName) \(slowest.rootTraceName)")
      for span in slowest.spanSets.flatMap(\.spans) {
        print("  failed span of \(span.durationNanoseconds / 1000) µs")
      }
    }

    // Values of an attribute.
    let services = try await store.values(of: "resource.service.name")
    print("\(services.count) services")

    // Series: spans per service over three quarters of an hour, as one number each.
    if let range = store.blocks.compactMap(\.timeRange).first {
      let start = range.lowerBound / 60_000_000_000 * 60_000_000_000
      let window = MetricsWindow(
        start: start, end: start + 60 * 60_000_000_000, step: 60 * 60_000_000_000)
      let counted = try await store.series(
        "{ kind = server } | count_over_time() by (resource.service.name) | topk(3)",
        window: window)
      for series in counted.series {
        guard case .string(let service)? = series.labels.first?.value else { continue }
        print("  \(service): \(Int(series.samples[0])) server spans")
      }
    }

    // What is wrong with a query is told with an underline.
    do throws(TraceStoreError) {
      _ = try await store.search("{ status = eror }")
    } catch {
      print(error)
    }
  }
}
