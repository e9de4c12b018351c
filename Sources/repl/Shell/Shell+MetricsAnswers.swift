import Engine

extension Shell {
  /// Shows series in the mode that is set.
  func show(_ result: MetricsResult) {
    show(MetricsTable.table(result, for: options.mode.readers))
  }
}
