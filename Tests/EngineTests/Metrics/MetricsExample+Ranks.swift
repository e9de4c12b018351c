import Oracle

@testable import Engine

extension MetricsExample {
  private static let d6 = ExampleTraces.ranks

  private static func rank(
    _ number: Int, _ stages: String, _ expected: [String], by key: String = "span.k"
  ) -> MetricsExample {
    .range(number, d6, "{} | count_over_time() by (\(key)) \(stages)", 3, 25, expected)
  }

  static let ranks: [MetricsExample] = [
    rank(52, "| topk(1)", ["{span.k=a} +0:0 +10:1 +20:2", "{span.k=d} +30:2"]),
    rank(
      53, "| topk(2)",
      [
        "{span.k=a} +0:0 +10:1 +20:2", "{span.k=b} +0:0 +10:1 +20:1", "{span.k=d} +30:2",
        "{span.k=e} +30:2",
      ]),
    rank(
      54, "| topk(5)",
      [
        "{span.k=a} +0:0 +10:1 +20:2 +30:0", "{span.k=b} +0:0 +10:1 +20:1 +30:0",
        "{span.k=c} +0:0 +10:1 +20:0 +30:0", "{span.k=d} +0:0 +10:1 +20:0 +30:2",
        "{span.k=e} +0:0 +10:1 +20:0 +30:2",
      ]),
    rank(55, "| bottomk(1)", ["{span.k=c} +30:0", "{span.k=e} +0:0 +10:1 +20:0"]),
    rank(
      56, "| bottomk(2)",
      [
        "{span.k=b} +30:0", "{span.k=c} +30:0", "{span.k=d} +0:0 +10:1 +20:0",
        "{span.k=e} +0:0 +10:1 +20:0",
      ]),
    rank(
      57, "| topk(2)",
      [
        "{span.i=i:100} +0:0 +10:1 +30:2", "{span.i=i:101} +0:0 +10:1 +30:2",
        "{span.i=i:97} +20:2", "{span.i=i:98} +20:1",
      ], by: "span.i"),
    rank(
      58, "| bottomk(2)",
      [
        "{span.i=i:100} +20:0", "{span.i=i:97} +0:0 +10:1 +30:0",
        "{span.i=i:98} +0:0 +10:1 +30:0", "{span.i=i:99} +20:0",
      ], by: "span.i"),
    rank(
      59, "| topk(2) | bottomk(1)", ["{span.k=b} +0:0 +10:1 +20:1", "{span.k=e} +30:2"]),
    rank(60, "> 1", ["{span.k=a} +20:2", "{span.k=d} +30:2", "{span.k=e} +30:2"]),
    rank(60, ">= 2 | topk(1)", ["{span.k=a} +20:2", "{span.k=d} +30:2"]),
    rank(
      61, "= 0",
      [
        "{span.k=a} +0:0 +30:0", "{span.k=b} +0:0 +30:0", "{span.k=c} +0:0 +20:0 +30:0",
        "{span.k=d} +0:0 +20:0", "{span.k=e} +0:0 +20:0",
      ]),
    rank(
      62, "> 0 < 2",
      [
        "{span.k=a} +10:1", "{span.k=b} +10:1 +20:1", "{span.k=c} +10:1", "{span.k=d} +10:1",
        "{span.k=e} +10:1",
      ]),
    .range(63, d6, "{} | max_over_time(duration) by (span.k) > 499ms", 3, 25, halves),
    .range(63, d6, "{} | max_over_time(duration) by (span.k) > 0.499", 3, 25, halves),
    rank(64, "> 1s", ["{span.k=a} +20:2", "{span.k=d} +30:2", "{span.k=e} +30:2"]),
  ]

  private static let halves = [
    "{span.k=a} +10:0.5 +20:0.5", "{span.k=b} +10:0.5 +20:0.5", "{span.k=c} +10:0.5",
    "{span.k=d} +10:0.5 +30:0.5", "{span.k=e} +10:0.5 +30:0.5",
  ]
}
