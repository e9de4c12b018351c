"""Clients that others wrote: OpenTelemetry's SDK, a Zipkin and a Jaeger client from PyPI."""
import importlib.util, os, shutil, subprocess, sys, tempfile

from receiving import ROOT, Receiving


def attributes(pairs):
    one = lambda v: [one(x) for x in v["arrayValue"].get("values", [])] if "arrayValue" in v else int(v["intValue"]) if "intValue" in v else next(iter(v.values()))
    return {p["key"]: one(p["value"]) for p in pairs}


def spans(server, trace):
    """name -> (span, resource attributes, scope)"""
    batches = server.json("/api/traces/%032x" % trace)["batches"]
    return {s["name"]: (s, attributes(b["resource"].get("attributes", [])), ss.get("scope", {})) for b in batches for ss in b["scopeSpans"] for s in ss["spans"]}


def opentelemetry(checks, server):
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import Link, SpanKind, Status, StatusCode
    for compression in (Compression.NoCompression, Compression.Gzip):
        provider = TracerProvider(resource=Resource.create({"service.name": "sdk", "n": 7}))
        exporter = OTLPSpanExporter(endpoint="http://127.0.0.1:%d/v1/traces" % server.ports["otlp"], compression=compression)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        tracer = provider.get_tracer("lib", "1.2")
        with tracer.start_as_current_span("outer", kind=SpanKind.SERVER, attributes={"s": "x", "i": -5, "d": 1.5, "b": True, "list": ["a", "b"]}) as outer:
            with tracer.start_as_current_span("inner", kind=SpanKind.CLIENT, links=[Link(outer.get_span_context(), {"why": "test"})]) as inner:
                inner.add_event("happened", {"k": 1})
                inner.set_status(Status(StatusCode.ERROR, "boom"))
        checks.check("sdk: exported", provider.force_flush())
        provider.shutdown()
        got = spans(server, outer.get_span_context().trace_id)
        what = "sdk, %s: " % compression.value
        checks.check(what + "both spans", set(got) == {"outer", "inner"}, got)
        span, resource, scope = got["outer"]
        checks.check(what + "attributes", attributes(span["attributes"]) == {"s": "x", "i": -5, "d": 1.5, "b": True, "list": ["a", "b"]}, span)
        checks.check(what + "resource and scope", resource["service.name"] == "sdk" and resource["n"] == 7 and scope == {"name": "lib", "version": "1.2"}, (resource, scope))
        span = got["inner"][0]
        checks.check(what + "status, event, link, parent", span["status"] == {"message": "boom", "code": "STATUS_CODE_ERROR"} and span["events"][0]["name"] == "happened"
                     and attributes(span["links"][0]["attributes"]) == {"why": "test"} and span["parentSpanId"] == got["outer"][0]["spanId"], span)


def zipkin(checks, server):
    from py_zipkin import Encoding, Kind
    from py_zipkin.transport import SimpleHTTPTransport
    from py_zipkin.zipkin import ZipkinAttrs, zipkin_span
    attrs = ZipkinAttrs(trace_id="000000000000000000000000000abc12", span_id="00000000000000a1", parent_span_id=None, flags="0", is_sampled=True)
    transport = SimpleHTTPTransport("127.0.0.1", server.ports["zipkin"])
    with zipkin_span(service_name="front", span_name="get", zipkin_attrs=attrs, transport_handler=transport, kind=Kind.SERVER, encoding=Encoding.V2_JSON,
                     binary_annotations={"http.method": "GET", "error": "true"}, host="10.0.0.1", port=8080):
        with zipkin_span(service_name="front", span_name="fetch", annotations={"started": 1_795_215_200.0}):
            pass
    got = spans(server, 0xABC12)
    checks.check("zipkin: both spans", set(got) == {"get", "fetch"}, got)
    if set(got) == {"get", "fetch"}:
        span, resource, _ = got["get"]
        checks.check("zipkin: mapped", resource == {"service.name": "front"} and span["kind"] == "SPAN_KIND_SERVER" and span["status"].get("code") == "STATUS_CODE_ERROR" and
                     attributes(span["attributes"]) == {"http.method": "GET", "network.local.address": "10.0.0.1", "net.host.port": 8080}, (span, resource))
        checks.check("zipkin: parent and event", got["fetch"][0]["parentSpanId"] == span["spanId"] and got["fetch"][0]["events"][0]["name"] == "started", got["fetch"][0])


def jaeger(checks, server):
    # The exporter itself wants an older SDK; its Thrift classes, generated from Jaeger's description, want nothing.
    package = importlib.util.find_spec("opentelemetry.exporter.jaeger.thrift").submodule_search_locations[0]
    sys.path.append(os.path.join(package, "gen"))
    from jaeger import ttypes
    from thrift.protocol import TBinaryProtocol
    from thrift.transport import TTransport
    tag = lambda key, **value: ttypes.Tag(key=key, vType={"vStr": 0, "vDouble": 1, "vBool": 2, "vLong": 3, "vBinary": 4}[next(iter(value))], **value)
    child = ttypes.Span(traceIdLow=0xDEF, traceIdHigh=0, spanId=2, parentSpanId=0, operationName="child", flags=1, startTime=1_795_215_200_000_000, duration=1500,
                        references=[ttypes.SpanRef(refType=0, traceIdLow=0xDEF, traceIdHigh=0, spanId=1), ttypes.SpanRef(refType=1, traceIdLow=5, traceIdHigh=6, spanId=7)],
                        tags=[tag("span.kind", vStr="client"), tag("http.status_code", vLong=404), tag("b", vBool=False), tag("d", vDouble=2.5), tag("error", vStr="true")],
                        logs=[ttypes.Log(timestamp=1_795_215_200_000_100, fields=[tag("event", vStr="retry"), tag("n", vLong=3)])])
    root = ttypes.Span(traceIdLow=0xDEF, traceIdHigh=0, spanId=1, parentSpanId=0, operationName="root", flags=1, startTime=1_795_215_200_000_000, duration=9000, references=[],
                       tags=[tag("span.kind", vStr="server"), tag("error", vBool=True), tag("otel.status_description", vStr="boom")], logs=[])
    batch = ttypes.Batch(process=ttypes.Process(serviceName="legacy", tags=[tag("hostname", vStr="h1"), tag("jaeger.version", vStr="py-4")]), spans=[root, child])
    memory = TTransport.TMemoryBuffer()
    batch.write(TBinaryProtocol.TBinaryProtocol(memory))
    status = server.ask("jaeger", "POST", "/api/traces?format=jaeger.thrift", memory.getvalue(), {"Content-Type": "application/x-thrift"})
    checks.check("jaeger: taken", status[::2] == (202, b""), status)
    got = spans(server, 0xDEF)
    span, resource, _ = got["root"]
    checks.check("jaeger: process", resource == {"service.name": "legacy", "host.name": "h1", "opencensus.exporterversion": "Jaeger-py-4"}, resource)
    checks.check("jaeger: status of an error", span["status"] == {"code": "STATUS_CODE_ERROR", "message": "boom"} and span["kind"] == "SPAN_KIND_SERVER" and not span.get("attributes"), span)
    span = got["child"][0]
    checks.check("jaeger: tags", attributes(span["attributes"]) == {"http.status_code": 404, "b": False, "d": 2.5, "error": "true"} and
                 span["status"].get("code") == "STATUS_CODE_ERROR", span)
    checks.check("jaeger: parent, link, event, times", span["parentSpanId"] == got["root"][0]["spanId"] and attributes(span["links"][0]["attributes"]) == {"opentracing.ref_type": "follows_from"} and
                 span["events"][0]["name"] == "retry" and attributes(span["events"][0]["attributes"]) == {"n": 3} and
                 int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"]) == 1_500_000, span)


def example(checks, binary, server):
    """examples/sending does what it says, and its configuration is one."""
    folder = os.path.join(ROOT, "examples", "sending")
    sent = subprocess.run([os.path.join(folder, "send.sh")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=dict(os.environ, OTLP="127.0.0.1:%d" % server.ports["otlp"], ZIPKIN="127.0.0.1:%d" % server.ports["zipkin"]))
    checks.check("example: sent", sent.returncode == 0 and sent.stdout == '{"partialSuccess":{}}\n' * 2, sent)
    shown = subprocess.run([binary, "trace", "--source", server.folder, "5b8efff798038103d269b633813fc60c"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    checks.check("example: shown", shown.returncode == 0 and all(name in shown.stdout for name in ("GET /cart", "price", "reserve", "select")), shown)
    printed = subprocess.run([binary, "serve", "--config", os.path.join(folder, "receivers.yml"), "--print-config"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    want = ["endpoint: \"0.0.0.0:4318\"", "endpoint: \"localhost:9411\"", "endpoint: \"localhost:14268\"", "rate_limit_bytes: 30000000"]
    checks.check("example: the configuration", printed.returncode == 0 and not printed.stderr and all(w in printed.stdout for w in want), printed.stderr or printed.stdout[:2000])


def run(checks, binary, seed):
    folder = tempfile.mkdtemp()
    try:
        server = Receiving(binary, folder)
        example(checks, binary, server)
        for client in (opentelemetry, zipkin, jaeger):
            client(checks, server)
        checks.check("clients: the server ends well", server.stop() == 0)
    finally:
        shutil.rmtree(folder)
