import Oracle

@testable import Engine

extension MetricsExample {
  private static let d7 = ExampleTraces.comparison
  private static let d8 = ExampleTraces.sampled
  private static let d9 = ExampleTraces.structure

  private static func sampled(
    _ number: Int, _ query: String, _ expected: [String], because: String? = nil
  ) -> MetricsExample {
    .range(number, d8, query, 1, 20, expected, because: because)
  }

  private static func nested(
    _ number: Int, _ query: String, _ expected: [String], because: String? = nil
  ) -> MetricsExample {
    .range(number, d9, query, 3, 25, expected, because: because)
  }

  static let others: [MetricsExample] = [
    .range(
      65, d7, "{} | compare({status = error})", 3, 15,
      [
        "{__meta_type=baseline, span.region=eu} +0:0 +10:1 +20:0",
        "{__meta_type=baseline, span.region=us} +0:0 +10:1 +20:1",
        "{__meta_type=baseline, span.code=i:200} +0:0 +10:2 +20:0",
        "{__meta_type=baseline, status=unset} +0:0 +10:2 +20:1",
        "{__meta_type=baseline_total, span.region=nil} +0:0 +10:2 +20:1",
        "{__meta_type=baseline_total, span.code=nil} +0:0 +10:2 +20:0",
        "{__meta_type=selection, span.region=eu} +0:0 +10:1 +20:0",
        "{__meta_type=selection, span.region=us} +0:0 +10:0 +20:1",
        "{__meta_type=selection, span.code=i:500} +0:0 +10:1 +20:1",
        "{__meta_type=selection, status=error} +0:0 +10:1 +20:1",
        "{__meta_type=selection_total, span.region=nil} +0:0 +10:1 +20:1",
      ], excerpt: true),
    // The same spans by a filter, which is none of compare's business: found by blocks of another
    // shape.
    .range(
      65, d7, "{ span.region =~ \"eu|us\" } | compare({status = error})", 3, 15,
      [
        "{__meta_type=baseline, span.region=eu} +0:0 +10:1 +20:0",
        "{__meta_type=baseline, status=unset} +0:0 +10:2 +20:1",
        "{__meta_type=selection, status=error} +0:0 +10:1 +20:1",
        "{__meta_type=selection_total, span.region=nil} +0:0 +10:1 +20:1",
      ], excerpt: true),
    .range(
      66, d7, "{} | compare({status = error}, 1)", 3, 15,
      [
        "{__meta_type=baseline, span.region=us} +0:0 +10:1 +20:1",
        "{__meta_type=baseline_total, span.region=nil} +0:0 +10:2 +20:1",
      ], excerpt: true),
    .instant(
      67, ExampleTraces.tenSpans,
      "{} | compare({status = error}, 10, 1260000000000, 1266000000000)", 0, 20,
      [
        "{__meta_type=selection_total, status=nil} +20:3",
        "{__meta_type=baseline_total, status=nil} +20:7",
        "{__meta_type=baseline, status=error} +20:2", "{__meta_type=baseline, status=unset} +20:5",
      ], excerpt: true),
    sampled(68, "{} | rate()", ["{__name__=rate} +0:0 +10:10 +20:10"]),
    sampled(
      69, "{} | quantile_over_time(duration, .1, .5, .9)",
      [
        "{p=d:0.1} +10:0.09972338865446814 +20:1.0980206681057645",
        "{p=d:0.5} +10:0.49707520118341525 +20:1.4794005706722526",
        "{p=d:0.9} +10:0.9265117569753557 +20:1.9932466774792734",
      ], because: emptyIsMissing),
    sampled(
      70, "{} | rate() with(sample=0.3)", ["{__name__=rate} +0:0 +10:10 +20:10"],
      because: samplesExactly),
    sampled(71, "{} | sum_over_time(span.v)", ["{__name__=sum_over_time} +10:4950 +20:14950"]),
    sampled(
      71, "{} | sum_over_time(span.v) with(sample=0.1)",
      ["{__name__=sum_over_time} +10:4950 +20:14950"], because: samplesExactly),
    sampled(
      72, "{} | max_over_time(span.v) with(sample=0.1)",
      ["{__name__=max_over_time} +10:99 +20:199"], because: samplesExactly),
    sampled(
      72, "{} | avg_over_time(span.v) with(sample=0.1)",
      ["{__name__=avg_over_time} +10:49.5 +20:149.5"], because: samplesExactly),
    sampled(73, "{} | rate() with(trace_sample=0.1)", ["{__name__=rate} +0:0 +10:10 +20:10"]),
    sampled(
      74, "{} | count_over_time() with(extrapolate=true)",
      ["{__name__=count_over_time} +0:0 +10:150 +20:150"]),
    sampled(
      75, "{} | sum_over_time(span.v) with(extrapolate=true)",
      ["{__name__=sum_over_time} +10:7450 +20:22450"]),
    sampled(
      75, "{} | avg_over_time(span.v) with(extrapolate=true)",
      ["{__name__=avg_over_time} +10:49.666666666666664 +20:149.66666666666666"]),
    sampled(
      75, "{} | max_over_time(span.v) with(extrapolate=true)",
      ["{__name__=max_over_time} +10:99 +20:199"]),
    sampled(
      77, "({name = \"n1\"} | rate()) / ({} | rate()) * 100",
      ["{__name__=(rate / rate)} +10:25 +20:25"]),
    nested(
      78, "{name = \"A\"} >> {name = \"B\"} | count_over_time() by (name)",
      ["{name=B} +0:0 +10:0 +20:1 +30:1"]),
    nested(
      79, "{name = \"A\"} && {name = \"B\"} | count_over_time() by (name)",
      ["{name=A} +0:0 +10:1 +20:0 +30:0", "{name=B} +0:0 +10:0 +20:1 +30:1"]),
    .range(
      80, d9, "{resource.service.name = \"svc3\"} | count() > 2 | rate() by (name)", 11, 15,
      step: 1, ["{name=B} +11:1 +12:0 +13:0 +14:0 +15:0"]),
    nested(
      81, "{resource.service.name = \"svc3\"} | avg(duration) > 2s | sum_over_time(duration)",
      ["{__name__=sum_over_time} +10:10 +20:1 +30:1"]),
    nested(
      82, "{resource.service.name = \"svc1\"} | max_over_time(duration)",
      ["{__name__=max_over_time} +10:4"]),
    nested(
      82, "{resource.service.name = \"svc1\"} | max_over_time(traceDuration)",
      ["{__name__=max_over_time} +10:4"]),
    nested(
      82, "{resource.service.name = \"svc1\"} | quantile_over_time(traceDuration, .5)",
      ["{p=d:0.5} +10:3.0370004999760503"], because: emptyIsMissing),
    nested(
      83,
      "{resource.service.name = \"svc1\"} "
        + "| quantile_over_time(duration, .5, .5, 1, 0.50) by (name)",
      [
        "{name=child, p=d:0.5} +10:1.073741824", "{name=child, p=d:1} +10:1.073741824",
        "{name=root, p=d:0.5} +10:4.294967296", "{name=root, p=d:1} +10:4.294967296",
      ], because: emptyIsMissing),
  ]
}
