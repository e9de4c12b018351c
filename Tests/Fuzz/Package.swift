// swift-tools-version: 6.2
import PackageDescription

// Everything that reads bytes, compiled so that libFuzzer sees which ways a run took. A package of
// its own, over the same sources: such builds have flags no other build wants. See run.py.
let instrumented: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(["-sanitize=fuzzer,address"]),
]

func clibrary(_ name: String, _ pkgConfig: String? = nil) -> Target {
  .systemLibrary(name: "C\(name)", path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig)
}
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: instrumented)
}

let package = Package(
  name: "traceql-fuzz",
  targets: [
    clibrary("Zstd", "libzstd"), clibrary("Snappy"), clibrary("LZ4", "liblz4"),
    clibrary("Zlib", "zlib"),
    .target(name: "CKernels", path: "Sources/CLibraries/Kernels"),
    .target(name: "CFilters", path: "Sources/CLibraries/Filters"),
    .target(name: "CChecksum", path: "Sources/CLibraries/Checksum"),
    .target(name: "CSnappyDecoder", path: "Sources/CLibraries/SnappyDecoder"),
    module("Compression", ["CChecksum", "CZstd", "CSnappy", "CSnappyDecoder", "CLZ4", "CZlib"]),
    module("Wire", []),
    module("Columns", ["CFilters"]),
    module("TraceQL", []),
    module("Parquet", ["CKernels", "Columns", "Compression"]),
    module("Storage", ["Columns", "Parquet", "Compression", "Wire"]),
    module("OTLP", ["Columns", "Parquet", "Storage", "Wire"]),
    module("Spans", ["Columns"]),
    module("Intake", ["Columns", "Compression", "OTLP", "Spans", "Wire"]),
    module("WriteAheadLog", ["Compression"]),
    .target(name: "CFuzzer", path: "Driver"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CFuzzer", "Columns", "Compression", "Intake", "OTLP", "Parquet", "Spans", "Storage",
        "TraceQL", "Wire", "WriteAheadLog",
      ],
      path: "Harness", swiftSettings: instrumented,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
  ]
)
