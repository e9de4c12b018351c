import Oracle

@testable import Engine

extension MetricsExample {
  private static let d1 = ExampleTraces.boundaries
  private static let d2 = ExampleTraces.values

  static let counts: [MetricsExample] = [
    .range(
      1, d1, "{} | count_over_time()", 0, 30,
      ["{__name__=count_over_time} +0:1 +10:2 +20:3 +30:1"]),
    // No span counts in either; but only the first says so itself.
    .range(1, d1, "{ 1 = 2 } | count_over_time()", 0, 30, []),
    .range(
      1, d1, "{ name = \"a\" && 1 = 2 } | count_over_time()", 0, 30,
      ["{__name__=count_over_time} +0:0 +10:0 +20:0 +30:0"]),
    .range(
      2, d1, "{} | rate()", 0, 30,
      ["{__name__=rate} +0:0.1 +10:0.2 +20:0.30000000000000004 +30:0.1"]),
    .range(
      3, d1, "{} | count_over_time()", 3, 27,
      ["{__name__=count_over_time} +0:1 +10:2 +20:3 +30:1"]),
    .range(
      4, d1, "{} | count_over_time() by (name)", 3, 27,
      [
        "{name=a} +0:1 +10:1 +20:1 +30:0", "{name=b} +0:0 +10:1 +20:1 +30:0",
        "{name=c} +0:0 +10:0 +20:1 +30:1",
      ]),
    .range(
      5, d1, "{} | min_over_time(duration) by (name)", 0, 30,
      [
        "{name=a} +0:0.1 +10:0.2 +20:0.5", "{name=b} +10:0.3 +20:0.4", "{name=c} +20:1 +30:2",
      ]),
    .range(
      6, d1, "{} | count_over_time()", 5, 15, step: 7,
      ["{__name__=count_over_time} +0:1 +7:1 +14:2 +21:2"]),
    .range(
      7, d1, "{} | count_over_time()", 5, 15, step: 60,
      ["{__name__=count_over_time} +0:1 +60:6"]),
    .instant(8, d1, "{} | count_over_time()", 0, 30, ["{__name__=count_over_time} +30:6"]),
    .instant(9, d1, "{} | rate()", 0, 30, ["{__name__=rate} +30:0.2"]),
    .instant(10, d1, "{} | count_over_time()", 15, 20, ["{__name__=count_over_time} +20:1"]),
    .instant(
      11, d1, "{} | min_over_time(duration) by (name)", 0, 30,
      ["{name=a} +30:0.2", "{name=b} +30:0.3", "{name=c} +30:1"]),
    .instant(12, d1, "{} | count_over_time()", 40, 50, ["{__name__=count_over_time} +50:0"]),
    .instant(12, d1, "{} | count_over_time() by (name)", 40, 50, []),
    .instant(12, d1, "{} | max_over_time(duration)", 40, 50, []),
    .instant(12, d1, "{} | quantile_over_time(duration, .5)", 40, 50, []),
  ]

  static let values: [MetricsExample] = [
    .range(
      13, d2, "{} | min_over_time(span.v)", 5, 35, ["{__name__=min_over_time} +10:2 +20:-4"]),
    .range(
      14, d2, "{} | max_over_time(span.v)", 5, 35, ["{__name__=max_over_time} +10:5 +20:2.5"]),
    .range(
      15, d2, "{} | avg_over_time(span.v)", 5, 35,
      ["{__name__=avg_over_time} +10:3.3333333333333335 +20:-0.75"]),
    .range(
      16, d2, "{} | sum_over_time(span.v)", 5, 35, ["{__name__=sum_over_time} +10:10 +20:-1.5"]),
    .range(
      17, d2, "{} | histogram_over_time(span.v)", 5, 35,
      [
        "{__bucket=d:0} +10:0 +20:1", "{__bucket=d:2} +10:1 +20:0", "{__bucket=d:4} +10:1 +20:1",
        "{__bucket=d:8} +10:1 +20:0",
      ], because: everyValueCounts + "; " + emptyIsMissing),
    .range(
      18, d2, "{} | quantile_over_time(span.v, .5, .9)", 5, 35,
      ["{p=d:0.5} +10:4 +20:0", "{p=d:0.9} +10:8 +20:4"],
      because: everyValueCounts + "; " + emptyIsMissing),
    .range(19, d2, "{} | min_over_time(span.nope)", 5, 35, []),
    .range(19, d2, "{} | sum_over_time(span.nope)", 5, 35, []),
    .range(19, d2, "{} | histogram_over_time(span.nope)", 5, 35, []),
    .range(19, d2, "{} | quantile_over_time(span.nope, .5)", 5, 35, []),
    .range(
      20, d2, "{} | histogram_over_time(duration)", 5, 35,
      ["{__bucket=d:0.134217728} +10:4 +20:2 +30:1 +40:1"], because: emptyIsMissing),
  ]
}
