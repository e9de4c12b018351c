/// What tells one series of a function from another: the values of its groups and, for
/// histograms, the bucket.
struct SeriesKey: Hashable, Sendable {
  /// One for each attribute of `by(…)`, typed; nil where a span has none.
  var values: [Value]
  var bucket: PowerBucket?
}
