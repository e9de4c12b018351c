"""What senders are told: statuses, bodies and headers of each protocol; limits and counters."""
import gzip, json, shutil, socket, struct, subprocess, tempfile, time

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from receiving import CODINGS, JSON, PROTOBUF, Receiving, blocks, logs

TYPE = {"Content-Type": PROTOBUF}


def message(trace=b"\1" * 16, spans=1, service="shop", **fields):
    m = ExportTraceServiceRequest()
    rs = m.resource_spans.add()
    rs.resource.attributes.add(key="service.name").value.string_value = service
    ss = rs.scope_spans.add()
    for i in range(spans):
        ss.spans.add(**dict(dict(trace_id=trace, span_id=struct.pack(">Q", i + 1), name="s", start_time_unix_nano=1_795_215_200 * 10**9,
                                 end_time_unix_nano=1_795_215_201 * 10**9), **fields))
    return m


def status_of(body):
    """google.rpc.Status: (code, message, has RetryInfo)"""
    code, text, position = 0, "", 0
    details = False
    def varint(p):
        value = shift = 0
        while True:
            b = body[p]
            value |= (b & 127) << shift
            p, shift = p + 1, shift + 7
            if b < 128:
                return value, p
    while position < len(body):
        key, position = varint(position)
        if key & 7 == 0:
            code, position = varint(position)
        else:
            n, position = varint(position)
            if key >> 3 == 2:
                text = body[position:position + n].decode()
            details |= key >> 3 == 3 and b"google.rpc.RetryInfo" in body[position:position + n]
            position += n
    return code, text, details


def otlp(checks, server):
    good = message().SerializeToString()
    status, headers, body = server.ask("otlp", "POST", "/v1/traces", good, TYPE)
    checks.check("otlp: taken", (status, body, headers["Content-Type"]) == (200, b"\x0a\x00", PROTOBUF), (status, body))
    checks.check("otlp: the answer is a response of OTLP", ExportTraceServiceResponse.FromString(body).partial_success.rejected_spans == 0)
    for what, body, type, want in [
            ("garbage", b"\xff\xff", PROTOBUF, (400, 3)), ("cut", good[:-3], PROTOBUF, (400, 3)), ("empty", b"", PROTOBUF, (200, None)),
            ("{}", b"{}", JSON, (200, None)), ("null", b"null", JSON, (200, None)), ("empty JSON", b"", JSON, (400, 3)), ("[]", b"[]", JSON, (400, 3)),
            ("no trace ID", message(trace=b"").SerializeToString(), PROTOBUF, (400, 3)), ("zero trace ID", message(trace=b"\0" * 16).SerializeToString(), PROTOBUF, (400, 3)),
            ("short trace ID", message(trace=b"12345").SerializeToString(), PROTOBUF, (400, 3)), ("no span ID", message(span_id=b"").SerializeToString(), PROTOBUF, (400, 3)),
            ("short span ID", message(span_id=b"123").SerializeToString(), PROTOBUF, (400, 3))]:
        status, headers, answer = server.ask("otlp", "POST", "/v1/traces", body, {"Content-Type": type})
        code = None if status == 200 else (json.loads(answer)["code"] if type == JSON else status_of(answer)[0])
        checks.check("otlp: " + what, (status, code) == want and headers["Content-Type"] == type, (status, answer))
    text = status_of(server.ask("otlp", "POST", "/v1/traces", message(trace=b"").SerializeToString(), TYPE)[2])[1]
    checks.check("otlp: words of a missing trace ID", text == "trace ids must be 128 bit, received 0 bits", text)
    for what, method, path, headers, want, words in [
            ("type", "POST", "/v1/traces", {"Content-Type": "text/plain"}, 415, b"415 unsupported media type, supported: [application/json, application/x-protobuf]"),
            ("no type", "POST", "/v1/traces", {}, 415, b"415 unsupported media type, supported: [application/json, application/x-protobuf]"),
            ("method", "GET", "/v1/traces", {}, 405, b"405 method not allowed, supported: [POST]"),
            ("coding", "POST", "/v1/traces", dict(TYPE, **{"Content-Encoding": "br"}), 400, b"unsupported Content-Encoding: br"),
            ("metrics", "POST", "/v1/metrics", TYPE, 404, b"404 page not found\n")]:
        got = server.ask("otlp", method, path, good if method == "POST" else None, headers)
        checks.check("otlp: " + what, (got[0], got[2]) == (want, words), got)
    got = server.ask("otlp", "POST", "/v1/traces", b"not gzip", dict(TYPE, **{"Content-Encoding": "gzip"}))
    checks.check("otlp: corrupt gzip", got[0] == 400 and status_of(got[2])[0] == 3, got)
    for coding, compress in sorted(CODINGS.items()):
        ask = lambda body: server.ask("otlp", "POST", "/v1/traces", body, dict(TYPE, **{"Content-Encoding": coding}))
        got = ask(compress(good))
        checks.check("otlp: " + coding, (got[0], got[2]) == (200, b"\x0a\x00"), got)
        got = ask(compress(good)[:-1])
        checks.check("otlp: cut %s" % coding, got[0] == 400 and status_of(got[2])[1].startswith(coding), got)
        got = ask(compress(bytes(30 << 20)))
        checks.check("otlp: too much once decompressed from " + coding, got[0] == 400 and b"too large" in got[2], got)
    with socket.create_connection(("127.0.0.1", server.ports["otlp"])) as s:
        s.sendall(b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 99999999\r\n\r\n")
        checks.check("otlp: too large is refused before it is sent", s.recv(4096).startswith(b"HTTP/1.1 400"))


def zipkin(checks, server):
    span = {"traceId": "0102030405060708090a0b0c0d0e0f10", "id": "000000000000a001", "name": "get", "timestamp": 1795215200000000, "duration": 5}
    post = lambda body, **headers: server.ask("zipkin", "POST", "/api/v2/spans", body if isinstance(body, bytes) else json.dumps(body), headers)
    checks.check("zipkin: taken", post([span])[::2] == (202, b""))
    checks.check("zipkin: gzip", server.ask("zipkin", "POST", "/", gzip.compress(json.dumps([span]).encode()), {"Content-Encoding": "gzip"})[0] == 202)
    for what, body in [("broken", b"[{"), ("no list", b"{}"), ("no ID", [dict(span, id="")]), ("zero ID", [dict(span, id="0")]), ("odd ID", [dict(span, id="zz")]),
                       ("long trace ID", [dict(span, traceId="0" * 33)]), ("number", [dict(span, timestamp="x")])]:
        got = post(body)
        checks.check("zipkin: " + what, got[0] == 400 and got[2].endswith(b"\n"), got)
    checks.check("zipkin: words of a missing ID", post([dict(span, id="0")])[2] == b"valid span id required\n")


def jaeger(checks, server):
    thrift = {"Content-Type": "application/x-thrift"}
    string = lambda text: struct.pack(">i", len(text)) + text
    field = lambda type, number, value: struct.pack(">bh", type, number) + value
    def batch(trace=7):
        span = field(10, 1, struct.pack(">q", trace)) + field(10, 2, struct.pack(">q", 0)) + field(10, 3, struct.pack(">q", 9)) + field(10, 4, struct.pack(">q", 0)) + \
            field(11, 5, string(b"op")) + field(8, 7, struct.pack(">i", 1)) + field(10, 8, struct.pack(">q", 1795215200000000)) + field(10, 9, struct.pack(">q", 5)) + b"\0"
        return field(12, 1, field(11, 1, string(b"svc")) + b"\0") + field(15, 2, struct.pack(">bi", 12, 1) + span) + b"\0"
    post = lambda body, headers=thrift: server.ask("jaeger", "POST", "/api/traces?format=jaeger.thrift", body, headers)
    checks.check("jaeger: taken", post(batch())[::2] == (202, b""))
    checks.check("jaeger: other type", post(batch(), {"Content-Type": "text/plain"})[::2] == (400, b"Unsupported content type: text/plain\n"))
    checks.check("jaeger: unknown type of data", post(b"j" * 20)[0] == 400 and b"Unknown data type 106" in post(b"j" * 20)[2], post(b"j" * 20))
    checks.check("jaeger: cut", all(post(batch()[:n])[0] == 400 for n in range(1, len(batch()))))
    checks.check("jaeger: no trace ID", post(batch(0))[::2] == (500, b"Cannot submit Jaeger batch: trace ids must be 128 bit, received 0 bits\n"), post(batch(0)))
    checks.check("jaeger: list without an end", post(field(15, 2, struct.pack(">bi", 12, 2**31 - 1)))[0] == 400)
    checks.check("jaeger: other method and path", server.ask("jaeger", "GET", "/api/traces")[0] == 405 and server.ask("jaeger", "POST", "/x")[0] == 404)


def limits(checks, binary):
    folder = tempfile.mkdtemp()
    try:
        server = Receiving(binary, folder, "multitenancy_enabled=true", "overrides.defaults.ingestion.rate_limit_bytes=300", "overrides.defaults.ingestion.burst_size_bytes=2000",
                           "distributor.max_attribute_bytes=8")
        post = lambda m, tenant: server.ask("otlp", "POST", "/v1/traces", m.SerializeToString(), dict(TYPE, **({"X-Scope-OrgID": tenant} if tenant else {})))
        large = message(spans=100)
        got = post(large, "small")
        size = large.ByteSize()
        words = ("RATE_LIMITED: batch size (%d bytes) exceeds ingestion limit (local: 300 bytes/s, global: 0 bytes/s, burst: 2000 bytes) while adding %d bytes for user small. "
                 "consider reducing batch size or increasing rate limit." % (size, size))
        checks.check("limits: rate", got[0] == 429 and got[1].get("Retry-After") == "5" and status_of(got[2]) == (8, words, True), got)
        checks.check("limits: discarded spans are counted", server.counter("tempo_discarded_spans_total", reason="rate_limited", tenant="small") == 100)
        checks.check("tenants: none", post(message(), "")[0] == 503)
        for bad in ("a/b", "a|b", "wal", "..", "x" * 151, "01234567-89ab-cdef-0123-456789abcdef"):
            got = post(message(), bad)
            checks.check("tenants: " + bad[:20], got[0] == 400 and status_of(got[2])[0] == 3, got)
        checks.check("tenants: zipkin without", server.ask("zipkin", "POST", "/", json.dumps([{"traceId": "1", "id": "1"}]))[::2] == (500, b'"Internal Server Error"'))
        m = message(name="n" * 100)
        a = m.resource_spans[0].scope_spans[0].spans[0].attributes
        a.add(key="k").value.string_value = "12345678\u00e4"
        a.add(key="long name of a key").value.string_value = "ab\u00e4\u00e4\u00e4\u00e4"
        checks.check("limits: long attributes are no error", post(m, "cut")[0] == 200)
        span = server.json("/api/traces/" + "01" * 16, headers={"X-Scope-OrgID": "cut"})["batches"][0]["scopeSpans"][0]["spans"][0]
        got = {x["key"]: x["value"]["stringValue"] for x in span["attributes"]}
        checks.check("limits: attributes are cut at characters", got == {"k": "12345678", "long nam": "ab\u00e4\u00e4\u00e4"} and span["name"] == "n" * 100, got)
        # One value, a key with its value, and the key "service.name".
        cut = server.counter("tempo_distributor_attributes_truncated_total", tenant="cut")
        checks.check("limits: cut attributes are counted", cut == 4, cut)
        places = [server.counter("tempo_distributor_attributes_truncated_total", tenant="cut", scope=place) for place in ("resource", "scope", "span", "event", "link")]
        checks.check("limits: by what they belong to", places == [1, 0, 3, 0, 0], places)
        checks.check("tenants: their spans apart", not server.json("/api/search", headers={"X-Scope-OrgID": "small"}, q="{}")["traces"])
        checks.check("limits: ends well", server.stop() == 0)
    finally:
        shutil.rmtree(folder)
    folder = tempfile.mkdtemp()
    try:
        server = Receiving(binary, folder, "overrides.defaults.ingestion.max_traces_per_user=2", "overrides.defaults.global.max_bytes_per_trace=3000")
        for i in range(4):
            checks.check("limits: too many traces are no error", server.send(message(trace=bytes([i + 1]) * 16, spans=3)) == 200)
        checks.check("limits: spans of too many traces", server.counter("tempo_discarded_spans_total", reason="live_traces_exceeded") == 6)
        checks.check("limits: a trace too large is no error", server.send(message(spans=100)) == 200)
        checks.check("limits: its spans", server.counter("tempo_discarded_spans_total", reason="trace_too_large") == 100)
        want = settled_count(server)
        server.kill()
        server = Receiving(binary, folder)
        checks.check("limits: dropped spans stay dropped after a crash", want == 6 == settled_count(server), want)
        checks.check("limits: received", server.stop() == 0)
    finally:
        shutil.rmtree(folder)
    folder = tempfile.mkdtemp()
    try:
        server = Receiving(binary, folder, "traceql.ingest.memory_bytes=400000")
        statuses = [server.send(message(trace=struct.pack(">QQ", 1, i), spans=50)) for i in range(80)]
        checks.check("memory: past the bound senders wait for a block", statuses == [200] * 80 and server.counter("tempo_ingester_blocks_flushed_total") > 0, statuses)
        status, headers, body = server.ask("otlp", "POST", "/v1/traces", message(trace=struct.pack(">QQ", 2, 0), spans=20000).SerializeToString(), TYPE)
        checks.check("memory: what can never have room is to come again", status == 503 and headers.get("Retry-After") and status_of(body)[0] == 14, status)
        checks.check("memory: what was taken is there", settled_count(server) == 50 * 80)
        checks.check("memory: after a flush there is room", server.flush() == 204 and server.send(message()) == 200)
        other = subprocess.run([binary, "serve", "--data", folder, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
        checks.check("lock: a second server is refused", other.returncode == 4 and "another process" in other.stderr, other.stderr)
        checks.check("memory: ends well", server.stop() == 0)
    finally:
        shutil.rmtree(folder)


def cutting(checks, binary):
    """Blocks by age, without anybody asking for them; the other ways to be durable."""
    folder = tempfile.mkdtemp()
    try:
        server = Receiving(binary, folder, "ingester.max_block_duration=1s", "ingester.trace_idle_period=100ms", "traceql.ingest.wal_sync=interval",
                           "traceql.ingest.wal_sync_interval=100ms", "storage.trace.block.version=vParquet4")
        checks.check("cutting: taken", server.send(message(spans=4)) == 200)
        end = time.time() + 60
        while not blocks(folder) and time.time() < end:
            time.sleep(.05)
        found = blocks(folder)
        checks.check("cutting: a block by age, in the format asked for", len(found) == 1 and json.load(open(found[0] + "/meta.json"))["format"] == "vParquet4", found)
        checks.check("cutting: its spans once", settled_count(server) == 4)
        end = time.time() + 60
        while logs(folder) and time.time() < end:
            time.sleep(.05)
        checks.check("cutting: its log is gone", not logs(folder))
        checks.check("cutting: counted", server.counter("tempo_ingester_blocks_flushed_total") == 1 and server.counter("tempo_distributor_spans_received_total", tenant="single-tenant") == 4)
        status = server.ask("api", "POST", "/shutdown")[0]
        checks.check("cutting: /shutdown ends the server", status == 204 and server.process.wait(60) == 0, status)
    finally:
        shutil.rmtree(folder)


def settled_count(server):
    found = server.json("/api/search", q="{}", limit="100000", spss="1")
    return sum(s["matched"] for t in found["traces"] for s in t["spanSets"])


def run(checks, binary, seed):
    folder = tempfile.mkdtemp()
    try:
        server = Receiving(binary, folder)
        for part in (otlp, zipkin, jaeger):
            part(checks, server)
        checks.check("protocols: ends well", server.stop() == 0)
    finally:
        shutil.rmtree(folder)
    limits(checks, binary)
    cutting(checks, binary)
