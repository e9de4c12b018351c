import Columns
import Storage

/// `traceql-bench [--data DIR] [--threads N] [--toy]`: kernels, decoders and queries; medians.
@main struct TraceQLBench {
  static func main() async throws {
    var folder = "examples/data"
    var threads = 2
    var isToy = false
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      switch argument {
      case "--data": folder = try value(of: argument, &arguments)
      case "--threads":
        let text = try value(of: argument, &arguments)
        guard let count = Int(text), count > 0 else {
          throw BenchFailure("--threads cannot be '\(text)'")
        }
        threads = count
      case "--toy": isToy = true
      default: throw BenchFailure("unknown argument '\(argument)'")
      }
    }
    let catalog = try BlockCatalog.open(
      path: folder, tenant: nil, cache: BoundedCache(capacityBytes: 256 << 20))
    var measurement = Measurement(repetitions: isToy ? 1 : 9)
    try KernelBench(count: isToy ? 1 << 12 : 1 << 20).run(&measurement)
    try DecoderBench(blocks: catalog.blocks).run(&measurement)
    try await QueryBench(blocks: catalog.blocks, threadCount: threads).run(&measurement)
    print("\n\(measurement.count) measurements, the median of \(measurement.repetitions) each")
  }

  private static func value(
    of flag: String, _ arguments: inout ArraySlice<String>
  ) throws -> String {
    guard let value = arguments.popFirst() else { throw BenchFailure("\(flag) needs a value") }
    return value
  }
}
