import Oracle

@testable import Engine

extension MetricsExample {
  private static let d5 = ExampleTraces.arithmetic
  private static let all5 = "({} | count_over_time())"
  private static let names = "({} | count_over_time() by (name))"
  private static let errors = "({status = error} | count_over_time())"
  private static let errorNames = "({status = error} | count_over_time() by (name))"
  private static let q5 = "({} | quantile_over_time(duration, .5))"

  private static func math(
    _ number: Int, _ query: String, _ expected: [String], because: String? = nil
  ) -> MetricsExample {
    .range(number, d5, query, 3, 25, expected, because: because)
  }

  static let arithmetic: [MetricsExample] = [
    math(
      32, "{} | count_over_time() by (name)",
      [
        "{name=a} +0:0 +10:3 +20:1 +30:0", "{name=b} +0:0 +10:1 +20:0 +30:1",
        "{name=c} +0:0 +10:0 +20:2 +30:0",
      ]),
    math(
      33, "\(errors) / \(all5)",
      ["{__name__=(count_over_time / count_over_time)} +10:0.25 +20:0.6666666666666666 +30:0"]),
    math(
      34, "\(errorNames) / \(names)",
      ["{name=a} +10:0.3333333333333333 +20:0", "{name=c} +20:1"]),
    math(
      35, "\(errorNames) / \(all5)",
      ["{name=a} +10:0.25 +20:0 +30:0", "{name=c} +10:0 +20:0.6666666666666666 +30:0"]),
    math(
      36, "\(all5) - \(errorNames)",
      ["{name=a} +0:0 +10:3 +20:3 +30:1", "{name=c} +0:0 +10:4 +20:1 +30:1"]),
    math(
      37, "({} | rate()) + \(all5)",
      ["{__name__=(rate + count_over_time)} +0:0 +10:4.4 +20:3.3 +30:1.1"]),
    math(
      38, "2 * \(names) + 1",
      [
        "{name=a} +0:1 +10:7 +20:3 +30:1", "{name=b} +0:1 +10:3 +20:1 +30:3",
        "{name=c} +0:1 +10:1 +20:5 +30:1",
      ]),
    math(
      39, "1 / \(names)",
      ["{name=a} +10:0.3333333333333333 +20:1", "{name=b} +10:1 +30:1", "{name=c} +20:0.5"]),
    math(40, "\(names) / 0", []),
    math(
      41, "({} | max_over_time(duration) by (name)) / \(names)",
      [
        "{name=a} +10:0.16666666666666666 +20:0.5", "{name=b} +10:0.5 +30:2",
        "{name=c} +20:0.25",
      ]),
    math(
      42, "({} | avg_over_time(duration) by (name)) * 1000",
      ["{name=a} +10:500 +20:500", "{name=b} +10:500 +30:2000", "{name=c} +20:500"]),
    math(
      43, "({} | quantile_over_time(duration, .5, .9)) * 1000",
      [
        "{p=d:0.5} +10:379.6250624970063 +20:426.1147252399634 +30:2147.4836480000004",
        "{p=d:0.9} +10:536.8709120000001 +20:536.8709120000001 +30:2147.4836480000004",
      ], because: emptyIsMissing),
    math(44, "\(q5) / ({} | quantile_over_time(duration, .9))", []),
    math(
      44, "\(q5) / \(all5)",
      ["{p=d:0.5} +10:0.09490626562425157 +20:0.14203824174665444 +30:2.147483648"]),
    math(
      45, "({} | count_over_time() by (name) | topk(1)) + \(names)",
      ["{name=a} +0:0 +10:6", "{name=b} +30:2", "{name=c} +20:4"]),
    math(46, "\(names) * \(names) > 1", ["{name=a} +10:9", "{name=c} +20:4"]),
    math(
      47, "\(all5) + \(all5) * \(all5)",
      [
        "{__name__=(count_over_time + (count_over_time * count_over_time))}"
          + " +0:0 +10:20 +20:12 +30:2"
      ]),
    math(
      48, "(\(all5) + \(all5)) * \(all5)",
      [
        "{__name__=((count_over_time + count_over_time) * count_over_time)}"
          + " +0:0 +10:32 +20:18 +30:2"
      ]),
    math(49, "\(all5) * (1/2)", ["{__name__=count_over_time} +0:0 +10:0 +20:0 +30:0"]),
    math(49, "\(all5) * (1/2.0)", ["{__name__=count_over_time} +0:0 +10:2 +20:1.5 +30:0.5"]),
    math(49, "\(all5) * -1", ["{__name__=count_over_time} +0:0 +10:-4 +20:-3 +30:-1"]),
    math(49, "\(all5) + 5 * 2", ["{__name__=count_over_time} +0:10 +10:14 +20:13 +30:11"]),
    math(
      50, "({name = \"zzz\"} | count_over_time()) / \(all5)",
      ["{__name__=(count_over_time / count_over_time)} +10:0 +20:0 +30:0"]),
    math(50, "({name = \"zzz\"} | count_over_time() by (name)) / \(all5)", []),
    math(50, "({name = \"zzz\"} | max_over_time(duration)) + \(all5)", []),
    math(
      51, "({} | count_over_time() by (name, status)) / ({} | count_over_time() by (status, name))",
      []),
    math(51, "({} | count_over_time() by (name, status)) / \(names)", []),
  ]
}
