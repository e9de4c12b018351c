extension ArgumentTable {
  /// What the manual page says first.
  static let programDescription = [
    """
    traceql opens the blocks that Grafana Tempo writes (vParquet3, vParquet4, vParquet5) and \
    answers TraceQL over them in one process, with nothing else running. It finds traces, shows \
    one as a waterfall, lists attributes and their values, looks into blocks, and answers \
    requests to Tempo's own API.
    """,
    """
    Blocks are looked for below the current folder unless --source names another place: a \
    folder of tenants, a tenant's folder, one block, a write-ahead folder, or a Parquet file.
    """,
  ]

  /// What the process tells its caller.
  static let exitCodes: [(code: Int, meaning: String)] = [
    (0, "answered, also when nothing was found"),
    (1, "no such trace; lint and fmt --check: something to say"),
    (2, "the query or the command line is wrong"),
    (3, "partial answer, by --timeout or a limit"),
    (4, "the source cannot be read, or is damaged"),
    (130, "interrupted; what was found is shown"),
  ]
}
