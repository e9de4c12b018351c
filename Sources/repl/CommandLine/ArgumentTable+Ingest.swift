extension ArgumentTable {
  /// Commands that make blocks.
  static let making: [Command] = [
    Command(
      name: .ingest,
      summary: "writes dumps of spans as blocks", operands: "FILE...", operandCount: 1...Int.max,
      operandKind: .files,
      flags: [.to, .tenant, .blockFormat, .dedicated, .help],
      details: [
        "FILE is OTLP protobuf (one message, or many with their lengths in front), OTLP JSON (one",
        "object, or one a line), Zipkin JSON, or Jaeger JSON, plain or compressed (gzip, zstd,",
        "lz4, framed snappy); - is standard input. What it is shows in its content. Spans that",
        "come twice are written once.",
      ],
      examples: [
        .init(
          command: "traceql ingest traces.jsonl --to /var/tempo/traces",
          purpose: "the Collector's file exporter, as blocks"),
        .init(
          command: "curl -s http://jaeger/api/traces/57718a | traceql ingest - --to blocks",
          purpose: "one trace of Jaeger's"),
      ])
  ]
}
