import Oracle

@testable import Engine

extension MetricsExample {
  private static let d3 = ExampleTraces.keys
  private static let d4 = ExampleTraces.scopes

  private static func typed(_ key: String) -> [String] {
    [
      "{\(key)=b:true} +10:1", "{\(key)=d:1} +10:1", "{\(key)=i:1} +10:1", "{\(key)=} +10:1",
      "{\(key)=1} +10:1", "{\(key)=a} +10:1", "{\(key)=c} +10:1", "{\(key)=nil} +10:5",
    ]
  }

  static let keys: [MetricsExample] = [
    .instant(21, d3, "{} | count_over_time() by (span.k)", 0, 10, typed("span.k")),
    .instant(21, d3, "{} | count_over_time() by (.k)", 0, 10, typed(".k")),
    .instant(21, d3, "{} | count_over_time() by (.k, .nope)", 0, 10, typed(".k")),
    .instant(22, d3, "{} | count_over_time() by (.nope, .nope2)", 0, 10, ["{.nope=nil} +10:12"]),
    .instant(
      23, d3, "{} | histogram_over_time(duration) by (span.k)", 0, 10,
      [
        "{__bucket=d:0.134217728} +10:1", "{span.k=b:true, __bucket=d:0.134217728} +10:1",
        "{span.k=d:1, __bucket=d:0.134217728} +10:1",
        "{span.k=i:1, __bucket=d:0.134217728} +10:1", "{span.k=, __bucket=d:0.134217728} +10:1",
        "{span.k=1, __bucket=d:0.134217728} +10:1", "{span.k=a, __bucket=d:0.134217728} +10:1",
        "{span.k=c, __bucket=d:0.134217728} +10:1", "{span.k=nil, __bucket=d:0.134217728} +10:4",
      ]),
    .instant(
      24, d3, "{} | quantile_over_time(duration, .5, 1, 0) by (span.k)", 0, 10,
      [
        "{span.k=nil, p=d:0} +10:0.07980633854854997",
        "{span.k=nil, p=d:0.5} +10:0.09490626562425157", "{span.k=nil, p=d:1} +10:0.134217728",
        "{span.k=a, p=d:0} +10:0.134217728", "{span.k=a, p=d:0.5} +10:0.134217728",
        "{p=d:0.5} +10:0.134217728",
      ], excerpt: true),
  ]

  static let scopes: [MetricsExample] = [
    .instant(
      26, d4, "{} | count_over_time() by (event:name)", 0, 10,
      ["{event:name=ev1} +10:1", "{event:name=nil} +10:1"]),
    .instant(
      27, d4, "{} | count_over_time() by (event.ea)", 0, 10,
      ["{event.ea=nil} +10:1", "{event.ea=x} +10:1"]),
    .instant(
      28, d4, "{} | count_over_time() by (link.la)", 0, 10,
      ["{link.la=nil} +10:1", "{link.la=p} +10:1"]),
    .instant(
      29, d4, "{} | count_over_time() by (status)", 0, 10,
      ["{status=error} +10:1", "{status=ok} +10:1"]),
    .instant(
      29, d4, "{} | count_over_time() by (kind)", 0, 10,
      ["{kind=client} +10:1", "{kind=server} +10:1"]),
    .instant(
      29, d4, "{} | count_over_time() by (duration)", 0, 10,
      ["{duration=100ms} +10:1", "{duration=200ms} +10:1"]),
    .instant(
      29, d4, "{} | count_over_time() by (span:parentID)", 0, 10,
      ["{span:parentID=0000000000000000} +10:2"]),
    .instant(
      30, d4, "{} | count_over_time() by (status, kind, name, resource.cluster, event:name)", 0,
      10,
      [
        "{status=ok, kind=server, name=op, resource.cluster=c1} +10:1",
        "{status=error, kind=client, name=op, resource.cluster=c1, event:name=ev1} +10:1",
      ]),
    .instant(
      31, d4, "{} | count_over_time() by (instrumentation:name)", 0, 10,
      ["{instrumentation:name=lib} +10:2"]),
    .instant(
      31, d4, "{} | count_over_time() by (instrumentation.sa)", 0, 10,
      ["{instrumentation.sa=s} +10:2"]),
    .instant(
      31, d4, "{} | count_over_time() by (span:childCount)", 0, 10,
      ["{span:childCount=i:0} +10:2"]),
    .instant(31, d4, "{} | count_over_time() by (.cluster)", 0, 10, ["{.cluster=c1} +10:2"]),
  ]
}
