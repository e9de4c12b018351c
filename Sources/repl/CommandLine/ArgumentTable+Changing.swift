extension ArgumentTable {
  /// Commands that put blocks in the place of blocks.
  static let changing: [Command] = [
    Command(
      name: .blocksCompact,
      summary: "merges small blocks into larger ones", operands: "[DIR]", operandCount: 0...1,
      operandKind: .files,
      flags: whereToRead + [.dryRun, .window, .grace, .dedicated, .rowGroupSize, .threads, .help],
      details: [
        "DIR holds tenants, or is one. Blocks of one level that end in the same hour become one;",
        "a span that several hold is kept once. An attribute keeps its column if it has one in any",
        "of them, unless --dedicated says otherwise. A block that cannot be read is left alone and",
        "named, and the exit code is 3. The old blocks are marked, and removed by the next",
        "run after the time of grace. Memory depends on the size of the row groups written, not of",
        "the blocks: below 256 MB unless --row-group-size asks for more than 20MB.",
      ],
      examples: [
        .init(
          command: "traceql blocks compact --dry-run /var/tempo/traces",
          purpose: "what would be merged")
      ]),
    Command(
      name: .blocksConvert,
      summary: "writes blocks in another version of the format", operands: "[BLOCK...]",
      operandCount: 0...Int.max,
      flags: whereToRead + [.blockFormat, .dryRun, .rowGroupSize, .threads, .help],
      details: changeDetails,
      examples: [
        .init(
          command: "traceql blocks convert --source /var/tempo/traces",
          purpose: "everything to vParquet5")
      ]),
    Command(
      name: .blocksRewrite,
      summary: "writes blocks with other columns, row groups or compression",
      operands: "[BLOCK...]", operandCount: 0...Int.max,
      flags: whereToRead
        + [.dedicated, .rowGroupSize, .compression, .blockFormat, .dryRun, .threads, .help],
      details: changeDetails,
      examples: [
        .init(
          command: "traceql blocks rewrite --source traces --dedicated auto --compression zstd",
          purpose: "smaller blocks, columns chosen by what the spans carry")
      ]),
    Command(
      name: .blocksRepair,
      summary: "makes a sound block of what can be read of a damaged one",
      operands: "[BLOCK...]", operandCount: 0...Int.max,
      flags: whereToRead + [.dryRun, .rowGroupSize, .threads, .help],
      details: changeDetails + [
        "Bloom filter, index and metadata are made anew; row groups that do not decode are left",
        "out and named, and the exit code is 3.",
      ],
      examples: [
        .init(
          command: "traceql blocks repair --source /var/tempo/traces 1ae912e2",
          purpose: "one block")
      ]),
    Command(
      name: .blocksRedact,
      summary: "removes attributes or traces from blocks", operands: "[BLOCK...]",
      operandCount: 0...Int.max,
      flags: whereToRead
        + [.attribute, .value, .replacement, .trace, .dryRun, .rowGroupSize, .threads, .help],
      details: [
        "Without BLOCK every block is looked through. Attributes go wherever they stand: on",
        "resources, scopes, spans, events, links. Blocks that held something are written anew and",
        "removed at once; the new ones are read again to see that nothing remains.",
      ],
      examples: [
        .init(
          command: "traceql blocks redact --source traces --attribute user.email",
          purpose: "an attribute, whatever its value"),
        .init(
          command: "traceql blocks redact --source traces --trace 57718aba5009d8b5",
          purpose: "a whole trace"),
      ]),
    Command(
      name: .blocksExpire,
      summary: "retires blocks by age, traces by rule, and the oldest blocks above a quota",
      operands: "[DIR]",
      operandCount: 0...1, operandKind: .files,
      flags: whereToRead
        + [
          .retention, .rule, .rewriteAt, .quota, .grace, .dryRun, .rowGroupSize, .threads, .memory,
          .help,
        ],
      details: [
        "A block that ended before --retention is marked, and removed by the next run after the",
        "time of grace. --quota counts the data files of a tenant.",
        "A trace is as old as its block. A rule is asked of whole traces, with the parts in blocks",
        "within an hour. A block in which some traces are expired and others are not is written",
        "anew without them once they are --rewrite-at percent of it.",
      ],
      examples: [
        .init(
          command: "traceql blocks expire --retention 14d --quota 50GB /var/tempo/traces",
          purpose: "two weeks, and no more than there is room for"),
        .init(
          command: "traceql blocks expire --rule '90d { status = error }' --rule "
            + "'1d { name = \"probe\" }' /var/tempo",
          purpose: "errors stay longer, probes go first"),
      ]),
  ]

  private static let changeDetails = [
    "Without BLOCK every block of the source is taken. The new block is complete before the old",
    "one is marked; 'blocks compact' and 'blocks expire' remove what is marked after the time of",
    "grace. A folder that a server writes to is refused.",
  ]
}
