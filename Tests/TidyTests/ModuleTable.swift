/// Which module may import what. Arrows point down; see ARCHITECTURE.md.
enum ModuleTable {
  /// Our own modules and C libraries, exactly as Package.swift lists them.
  static let dependencies: [String: Set<String>] = [
    "Columns": ["CFilters"],
    "TraceQL": [],
    "Wire": [],
    "Compression": ["CChecksum", "CZstd", "CSnappy", "CSnappyDecoder", "CLZ4", "CZlib"],
    "Pattern": ["CRE2"],
    "Parquet": ["CKernels", "Columns", "Compression"],
    "Storage": ["Columns", "Parquet", "Compression", "Wire"],
    "Engine": ["Columns", "Parquet", "Pattern", "Storage", "TraceQL"],
    "OTLP": ["Columns", "Storage", "Parquet", "Wire"],
    "Spans": ["Columns"],
    "BlockWriter": ["Columns", "Compression", "Parquet", "Spans", "Storage"],
    "Intake": ["Columns", "Compression", "OTLP", "Spans", "Wire"],
    "Compaction": [
      "BlockWriter", "Columns", "Engine", "Intake", "OTLP", "Parquet", "Spans", "Storage",
      "TraceQL",
    ],
    "WriteAheadLog": ["Compression"],
    "LiveStore": [
      "BlockWriter", "Columns", "Intake", "Parquet", "Spans", "Storage", "WriteAheadLog",
    ],
    "Receivers": ["Compression", "LiveStore", "Server", "Wire"],
    "Server": ["Engine", "OTLP", "Storage", "TraceQL", "Wire"],
    "Remote": ["CCurl", "Engine", "OTLP", "TraceQL", "Wire"],
    "HTTPServer": [
      "BlockWriter", "CCrypt", "CMicrohttpd", "CYAML", "Columns", "Compaction", "Compression",
      "Engine",
      "LiveStore", "Receivers", "Server", "Storage", "TraceQL", "Wire",
    ],
    "repl": [
      "BlockWriter", "CArguments", "CLineEditor", "CMalloc", "Columns", "Compaction",
      "Compression", "Engine",
      "HTTPServer", "Intake", "LiveStore", "OTLP", "Parquet", "Remote", "Server", "Spans",
      "Storage", "TraceQL",
      "Wire",
    ],
  ]

  /// Modules of the toolchain. The core computes; only the edges reach for the system.
  static let system: [String: Set<String>] = [
    "Columns": ["Synchronization"],
    "TraceQL": [],
    "Wire": [],
    "Compression": [],
    "Pattern": ["Synchronization"],
    "Parquet": ["Synchronization", "Glibc"],
    "Storage": ["Synchronization", "Glibc", "FoundationEssentials"],
    "Engine": ["Synchronization", "Glibc"],  // mathematical functions
    "OTLP": ["FoundationEssentials"],
    "Spans": [],
    "BlockWriter": ["Synchronization"],
    "Intake": [],
    "Compaction": ["Synchronization"],
    "WriteAheadLog": ["Synchronization", "Glibc"],
    "LiveStore": ["Synchronization", "Glibc", "Dispatch"],
    "Receivers": [],
    "Server": ["Synchronization", "FoundationEssentials"],
    "Remote": ["Synchronization"],
    "HTTPServer": ["Synchronization", "Glibc", "Dispatch"],
    "repl": ["Synchronization", "Glibc", "Dispatch", "FoundationEssentials"],
  ]

  /// The table of Package.swift, read from its text: `module("Storage", ["Columns", "Parquet"])`.
  static func read(manifest text: String) -> [String: Set<String>] {
    var table: [String: Set<String>] = [:]
    for found in text.matches(of: /module\(\s*"(\w+)",\s*\[([^\]]*)\]/) {
      table[String(found.1)] = names(found.2)
    }
    for found in text.matches(of: /name: "traceql",\s*dependencies: \[([^\]]*)\]/) {
      table["repl"] = names(found.1)
    }
    return table
  }

  private static func names(_ list: Substring) -> Set<String> {
    Set(list.matches(of: /"(\w+)"/).map { String($0.1) })
  }
}
