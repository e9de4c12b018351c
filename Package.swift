// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let inside = "\(Context.packageDirectory)/Sources/CLibraries/Inside"
/// Linked so that a process starts in a millisecond: at fixed addresses, C and C++ libraries inside,
/// what a start runs side by side (Benchmarks/start_order.py). Each page the loader writes to or
/// maps costs more than many a query.
let startsFast: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-L\(inside)", "-use-ld=lld", "-Xclang-linker", "-no-pie",
      "-Xlinker", "--symbol-ordering-file=\(inside)/start.order",
      "-Xlinker", "--no-warn-symbol-ordering", "-Xlinker", "--no-export-dynamic",
    ], .when(configuration: .release))
]

func clibrary(_ name: String) -> Target {
  .systemLibrary(name: "C\(name)", path: "Sources/CLibraries/\(name)")
}
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}
func tests(
  _ name: String, _ dependencies: [Target.Dependency] = [], data: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    exclude: data, swiftSettings: strict)
}

let package = Package(
  name: "traceql",
  products: [
    .executable(name: "traceql", targets: ["traceql"]),
    .library(name: "TraceQL", targets: ["TraceQL"]),
    .library(name: "Engine", targets: ["Engine"]),
  ],
  targets: [
    // MARK: C libraries
    clibrary("Zstd"), clibrary("Snappy"), clibrary("LZ4"), clibrary("Zlib"), clibrary("Malloc"),
    .target(
      name: "CRE2", path: "Sources/CLibraries/RE2Shim",
      linkerSettings: [.linkedLibrary("re2")]),
    // Loaded when the shell opens, and with the first request to a server: not linked.
    .target(name: "CLineEditor", path: "Sources/CLibraries/LineEditorShim"),
    .target(name: "CCurl", path: "Sources/CLibraries/CurlShim"),
    // Loaded when they are used, by dlopen: only a server pays for them.
    .target(name: "CMicrohttpd", path: "Sources/CLibraries/Microhttpd"),
    .target(name: "CYAML", path: "Sources/CLibraries/YAML"),
    .target(name: "CCrypt", path: "Sources/CLibraries/Crypt"),

    .target(name: "CSnappyDecoder", path: "Sources/CLibraries/SnappyDecoder"),
    .target(name: "CArguments", path: "Sources/CLibraries/Arguments"),
    .target(name: "CKernels", path: "Sources/CLibraries/Kernels"),
    .target(name: "CFilters", path: "Sources/CLibraries/Filters"),
    .target(name: "CChecksum", path: "Sources/CLibraries/Checksum"),

    // MARK: Leaves
    module(
      "Compression", ["CChecksum", "CZstd", "CSnappy", "CSnappyDecoder", "CLZ4", "CZlib"]),
    module("Pattern", ["CRE2"]),
    module("Wire", []),

    // MARK: Modules, bottom up
    module("Columns", ["CFilters"]),
    module("TraceQL", []),
    module("Parquet", ["CKernels", "Columns", "Compression"]),
    module("Storage", ["Columns", "Parquet", "Compression", "Wire"]),
    module("Engine", ["Columns", "Parquet", "Pattern", "Storage", "TraceQL"]),
    module("Spans", ["Columns"]),
    module("BlockWriter", ["Columns", "Compression", "Parquet", "Spans", "Storage"]),
    module("Intake", ["Columns", "Compression", "OTLP", "Spans", "Wire"]),
    module(
      "Compaction",
      [
        "BlockWriter", "Columns", "Engine", "Intake", "OTLP", "Parquet", "Spans", "Storage",
        "TraceQL",
      ]),
    module("OTLP", ["Columns", "Parquet", "Storage", "Wire"]),
    module("WriteAheadLog", ["Compression"]),
    module(
      "LiveStore",
      ["BlockWriter", "Columns", "Intake", "Parquet", "Spans", "Storage", "WriteAheadLog"]),
    module("Server", ["Engine", "OTLP", "Storage", "TraceQL", "Wire"]),
    module("Receivers", ["Compression", "LiveStore", "Server", "Wire"]),
    module("Remote", ["CCurl", "Engine", "OTLP", "TraceQL", "Wire"]),
    module(
      "HTTPServer",
      [
        "BlockWriter", "CCrypt", "CMicrohttpd", "CYAML", "Columns", "Compaction", "Compression",
        "Engine",
        "LiveStore", "Receivers", "Server", "Storage", "TraceQL", "Wire",
      ]),
    .executableTarget(
      name: "traceql",
      dependencies: [
        "BlockWriter", "CArguments", "CLineEditor", "CMalloc", "Columns", "Compaction",
        "Compression", "Engine",
        "HTTPServer", "Intake", "LiveStore", "OTLP", "Parquet", "Remote", "Server", "Spans",
        "Storage", "TraceQL",
        "Wire",
      ],
      path: "Sources/repl", swiftSettings: strict, linkerSettings: startsFast),

    .executableTarget(
      name: "traceql-bench", dependencies: ["Columns", "Engine", "Parquet", "Storage", "TraceQL"],
      path: "Benchmarks/Suite", swiftSettings: strict),

    // MARK: Tests
    .target(
      name: "TestSupport", dependencies: ["Columns"], path: "Tests/Support",
      swiftSettings: strict),
    .target(
      name: "Oracle", dependencies: ["Columns", "Engine", "Storage", "TestSupport", "TraceQL"],
      path: "Tests/Oracle", swiftSettings: strict),
    .executableTarget(
      name: "oracle-check",
      dependencies: ["Engine", "Oracle", "Storage", "TestSupport", "TraceQL"],
      path: "Tests/OracleCheck", exclude: ["differences.json", "dump_blocks.py"],
      swiftSettings: strict),
    tests("Columns"), tests("Compression", ["CSnappy"]), tests("Wire"), tests("Pattern"),
    tests("TraceQL"),
    tests("Parquet", ["Columns"], data: ["Golden", "verify.py", "make_golden.py"]),
    tests("Storage", ["Columns", "Parquet"], data: ["Fixtures"]),
    tests(
      "Engine", ["BlockWriter", "Columns", "Oracle", "Parquet", "Spans", "Storage", "TraceQL"],
      data: ["Scripts"]),
    tests("OTLP", ["Columns", "Storage", "Wire"], data: ["Fixtures"]),
    tests("BlockWriter", ["Columns", "Intake", "Parquet", "Spans", "Storage", "Wire"]),
    tests("WriteAheadLog"), tests("LiveStore", ["Spans", "Storage", "Wire", "WriteAheadLog"]),
    tests("Server", ["Engine", "OTLP", "Storage", "TraceQL", "Wire"]),
    tests("HTTPServer", ["CCrypt", "Compression", "Server", "TraceQL"]),
    tests("Remote", ["Engine", "OTLP", "TraceQL", "Wire"]),
    tests("traceql", ["Engine", "Server", "Storage", "TraceQL"]),
    .testTarget(name: "TidyTests", swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx17
)
