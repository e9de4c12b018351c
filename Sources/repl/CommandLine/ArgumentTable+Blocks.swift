extension ArgumentTable {
  /// Commands about blocks as things of their own.
  static let blocks: [Command] = [
    Command(
      name: .blocks,
      summary: "lists the blocks: times, sizes, counts, versions", operands: "",
      operandCount: 0...0,
      flags: whereToRead + when + [.output, .utc, .help],
      choices: [.output: tableFormats],
      details: [],
      examples: [
        .init(
          command: "traceql blocks --source /var/tempo/traces", purpose: "what there is to search")
      ]),
    Command(
      name: .blocksShow,
      summary: "shows one block from the inside: columns, sizes, encodings, dictionaries",
      operands: "BLOCK", operandCount: 0...1,
      flags: whereToRead + [.limit, .output, .utc, .help],
      choices: [.output: tableFormats],
      details: [
        "BLOCK is the ID of a block of the source or the beginning of one, or a path; it may be",
        "left out where there is one block only. Columns come largest first; --limit 0 shows all.",
      ],
      examples: [
        .init(
          command: "traceql blocks show --source /var/tempo/traces 1ae912e2",
          purpose: "where the bytes are"),
        .init(
          command: "traceql blocks show --output csv --limit 0 /var/tempo/traces/t/1ae912e2",
          purpose: "every column, for a spreadsheet"),
      ]),
    Command(
      name: .blocksVerify,
      summary: "reads every byte of blocks and checks all that must hold",
      operands: "[BLOCK...]", operandCount: 0...Int.max,
      flags: whereToRead + [.output, .threads, .timeout, .help],
      choices: [.output: tableFormats],
      details: [
        "Without BLOCK every block of the source is checked: that all pages decode and count what",
        "they say, checksums, levels, bounds; that trace IDs are in order and the bloom filter and",
        "index know them; that metadata and derived columns are true; what else Tempo relies on.",
        "Exits 4 if a block is damaged or would mislead Tempo; warnings alone do not count. Ctrl-C",
        "and --timeout end it with what was found by then; what was not checked is named.",
      ],
      examples: [
        .init(
          command: "traceql blocks verify --source /var/tempo/traces", purpose: "every block"),
        .init(
          command: "traceql blocks verify --source /var/tempo/traces --output ndjson 1ae912e2",
          purpose: "one block, a finding per line"),
      ]),
  ]

  /// Formats of answers that are a table and nothing else.
  static let tableFormats = OutputFormat.allCases.map(\.rawValue).filter { $0 != "tree" }
}
