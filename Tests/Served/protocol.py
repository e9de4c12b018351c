"""HTTP itself: framing, methods, encodings, and that a socket changes nothing about an answer."""
import gzip, json, os, re, socket, ssl, subprocess, sys

import grafana, served
from served import BLOCKS, CONFORMANCE, HERE, RANGE, Server, ask, check, equal, quote

QUERIES = json.load(open(os.path.join(CONFORMANCE, "queries.json")))
ERRORS = json.load(open(os.path.join(CONFORMANCE, "errors.json")))

sys.path.insert(0, CONFORMANCE)
import check as conformance  # check.py: how a query becomes a request


class Session:
    """`traceql api -`: the same requests without a server."""

    def __init__(self, binary, accept=None):
        command = [binary, "api", "--threads", "1", "--source", BLOCKS, "-"] + (["-H", "Accept: " + accept] if accept else [])
        self.p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, target):
        self.p.stdin.write(target.encode() + b"\n")
        self.p.stdin.flush()
        status = int(self.p.stdout.readline().split()[1])
        headers = {}
        while True:
            line = self.p.stdout.readline().strip()
            if not line:
                break
            name, value = line.decode().split(": ", 1)
            headers[name] = value
        return status, headers, self.p.stdout.read(int(headers["Content-Length"]))

    def close(self):
        self.p.stdin.close()
        self.p.wait()


def test_answers_are_those_of_the_command_line(binary):
    """Every conformance query and every refused one: status, type and every byte of the body."""
    targets = [conformance.url_of(q) for q in QUERIES + ERRORS]
    # One thread: which of several exemplars are kept depends on who comes first.
    with Server(binary, "--threads", "1", "--set", "traceql.result_cache_bytes=0", "--set", "server.log_level=warn") as server:
        for accept in (None, "application/protobuf"):
            session, connection = Session(binary, accept), server.connect()
            for target in targets[:: 1 if accept is None else 4]:
                want = session.ask(target)
                got = ask(connection, target, {"Accept": accept} if accept else {})
                equal(got[0], want[0], target)
                equal(got[1]["Content-Type"], want[1].get("Content-Type"), target)
                check(same(target, accept, got[2], want[2]), target, got[2][:300], want[2][:300])
            connection.close()
            session.close()
        equal(server.metric("traceql_requests_in_flight"), 1, "requests in flight")


def test_decoded_values_are_kept_once_they_are_asked_for_again(binary):
    """The first two queries decode, later ones find what they need and read nothing; without a share nothing is kept. Answers stay what they are."""
    target = "/api/metrics/query_range?q=" + quote("{ } | sum_over_time(duration) by (kind)") + "&step=60s&" + RANGE
    bodies = set()
    for share in (64 << 20, 0):
        with Server(binary, "--set", "traceql.result_cache_bytes=0", "--set", "traceql.decoded_cache_bytes=%d" % share) as server:
            found = lambda name: server.metric("traceql_cache_%s" % name, cache="decoded")
            for number in range(5):
                status, _, body = server.get(target)
                equal(status, 200)
                bodies.add(re.sub(rb'"inspectedBytes":"[0-9]*",', b"", body))
                if number < 2:
                    equal(found("hits_total"), 0, "after query %d" % number)
            check((found("hits_total") > 0) == (share > 0), "hits", found("hits_total"))
            check(0 < found("bytes") <= share if share else found("bytes") == 0, "bytes", found("bytes"))
    equal(len(bodies), 1, bodies)


def same(target, accept, a, b):
    """Byte for byte, but for how much was read: that depends on what the caches hold."""
    if a == b:
        return True
    return without_metrics(target, a) == without_metrics(target, b) if accept else without_cost(a) == without_cost(b)


def without_metrics(target, body):
    """The bytes of a protobuf answer without what it cost."""
    tempo = grafana.messages()
    kinds = (("/api/v2/traces/", tempo.TraceByIDResponse), ("/api/traces/", tempo.Trace), ("/api/v2/search/tags", tempo.SearchTagsV2Response),
             ("/api/search/tags", tempo.SearchTagsResponse), ("/api/v2/search/tag/", tempo.SearchTagValuesV2Response),
             ("/api/search/tag/", tempo.SearchTagValuesResponse), ("/api/search", tempo.SearchResponse))
    kind = next((k for start, k in kinds if target.startswith(start)), None)
    if kind is None:  # answered in JSON whatever is accepted
        return without_cost(body)
    message = kind.FromString(body)
    if kind is not tempo.Trace:
        message.ClearField("metrics")
    return message.SerializeToString(deterministic=True)


def without_cost(body):
    start = body.rfind(b'"metrics":')
    return body[:start] if start >= 0 else body


def test_probes(binary):
    with Server(binary) as server:
        for method in ("GET", "POST", "PUT"):
            equal(server.get("/api/echo", method=method)[0::2], (200, b"echo\n"), method)
        status, headers, body = server.get("/ready")
        equal((status, body, headers["X-Content-Type-Options"]), (200, b"ready\n", "nosniff"))
        information = server.json("/api/status/buildinfo")
        equal(sorted(information), sorted(["version", "revision", "branch", "buildUser", "buildDate", "goVersion"]))
        check(tuple(map(int, information["version"].split(".")[:2])) >= (2, 7), information)
        status, headers, body = server.get("/api/status/buildinfo", method="POST")
        equal((status, body), (405, b""))
        equal(server.get("/status", method="POST")[0], 405)
        equal(server.get("/no/such")[::2], (404, b"404 page not found\n"))
        equal(server.get("/api/search/")[0], 404)
        status, headers, body = server.get("/api//search?x=1")
        equal((status, headers["Location"]), (301, "/api/search"))
        for page, word in (("/", b"Tempo"), ("/status", b"GET /status/config"), ("/status/config", b"http_listen_port"),
                           ("/status/version", b"traceql"), ("/status/services", b"Running"), ("/status/endpoints", b"/api/search"),
                           ("/status/runtime_config", b""), ("/status/usage-stats", b"usage-stats is not enabled"),
                           ("/status/overrides", b"html"), ("/status/config?mode=diff", b"---")):
            status, _, body = server.get(page)
            check(status == 200 and word in body, page, status, body[:200])
        equal(server.get("/status/config?mode=zzz")[::2], (500, b"unknown value for mode query parameter: zzz\n"))
        equal(server.get("/status/nothing")[0], 404)


def test_landing_page(binary):
    """Well-formed, with links that lead somewhere, a command that works, and nothing of a client's in it as markup."""
    import html.parser, shlex

    class Page(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.links, self.command, self.tags = [], [], "", []

        def handle_starttag(self, tag, attributes):
            self.tags.append(tag)
            self.links += [v for k, v in attributes if k == "href"]
            if tag not in ("meta", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            equal(self.open.pop(), tag)

        def handle_data(self, text):
            self.command += text if "pre" in self.open else ""

    with Server(binary, "--set", "http_api_prefix=/tempo") as server:
        status, headers, body = server.get("/")
        page = Page()
        page.feed(body.decode())
        equal(page.open, [])
        equal((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        check("3 blocks" in body.decode() and "0 MB" not in body.decode(), body)
        check(len(page.links) >= 5, page.links)
        for link in page.links:
            equal(server.get(link)[0], 200, link)
        words = shlex.split(page.command.replace("\\\n", ""))
        equal((words[0], words[2], words[4:]), ("curl", server.base + "/tempo/api/search", ["limit=5", "--data-urlencode", "q={ status = error }"]))
        answer = server.get("/", {"Host": "x\"><script>alert(1)</script>"})[2]
        check(b"<script>" not in answer, answer)


def test_methods_and_bodies(binary):
    target = "/api/search?q=" + quote("{ status = error }") + "&limit=2&" + RANGE
    with Server(binary) as server:
        want = server.get(target)
        for method in ("POST", "PUT", "DELETE", "BREW"):
            got = server.get(target, method=method, body=b"q=%7B" if method == "POST" else None)
            equal((got[0], without_cost(got[2])), (200, without_cost(want[2])), method)
        status, headers, body = server.get(target, method="HEAD")
        equal((status, body), (200, b""))
        check(int(headers["Content-Length"]) > 100, headers)
        # A body in chunks, and one that waits for "100 Continue".
        chunked = b"POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        check(server.raw(chunked).endswith(b"echo\n"), "chunked body")
        expecting = b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nabc"
        answer = server.raw(expecting)
        check(answer.startswith(b"HTTP/1.1 100") and answer.endswith(b"echo\n"), answer)


def test_connections_are_kept(binary):
    with Server(binary) as server:
        connection = server.connect()
        for i in range(50):
            equal(ask(connection, "/api/echo" if i % 2 else "/api/search?limit=1&" + RANGE)[0], 200)
        equal(server.metric("tempo_tcp_connections"), 2, "this one and the one that asks")
        connection.close()
        # Several requests at once on one connection are answered in order.
        pipeline = b"".join(b"GET /api/%s HTTP/1.1\r\nHost: x\r\n\r\n" % p for p in (b"echo", b"search?limit=1", b"nothing", b"echo"))
        pipeline += b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer = server.raw(pipeline)
        marks = [answer.find(m) for m in (b"echo\n", b'{"traces"', b"404 page", b"echo\n", b"ready\n")]
        check(-1 not in marks and marks[1] < marks[2] < marks[4] and answer.count(b"HTTP/1.1 ") == 5, marks, answer[:1500])
        # HTTP/1.0 and its end of connection.
        check(server.raw(b"GET /api/echo HTTP/1.0\r\n\r\n").endswith(b"echo\n"), "HTTP/1.0")


def test_compression(binary):
    import pyarrow

    target = "/api/search?limit=200&" + RANGE
    with Server(binary) as server:
        plain = server.get(target, {"Accept-Encoding": "identity"})
        check("Content-Encoding" not in plain[1] and plain[1]["Vary"] == "Accept-Encoding", plain[1])
        for accepted, coding in (("gzip", "gzip"), ("zstd", "zstd"), ("gzip, zstd", "zstd"), ("gzip;q=1.0, zstd;q=0.5", "gzip"),
                                 ("br, *;q=0.1", "zstd"), ("gzip;q=0", None), ("br", None), ("", None)):
            status, headers, body = server.get(target, {"Accept-Encoding": accepted})
            equal(headers["Content-Encoding"], coding, accepted)
            if coding == "gzip":
                body = gzip.decompress(body)
            elif coding == "zstd":
                body = pyarrow.Codec("zstd").decompress(body, len(plain[2])).to_pybytes()
            equal(without_cost(body), without_cost(plain[2]), accepted)
        for small in ("/api/echo", "/ready", "/api/search?limit=1&" + RANGE, "/status", "/api/status/buildinfo"):
            check("Content-Encoding" not in server.get(small, {"Accept-Encoding": "gzip"})[1], small)
        equal(server.get("/metrics", {"Accept-Encoding": "gzip"})[1]["Content-Encoding"], "gzip")


def test_cross_origin(binary):
    page = {"Origin": "https://grafana.example"}
    asks = dict(page, **{"Access-Control-Request-Method": "GET"})
    with Server(binary) as server:
        check("Access-Control-Allow-Origin" not in server.get("/api/echo", page)[1], "nothing is allowed unless told")
        equal(server.get("/api/search?limit=1", asks, method="OPTIONS")[0], 200)
    with Server(binary, "--set", "traceql.cors_origins=https://grafana.example, https://b") as server:
        equal(server.get("/api/echo", page)[1]["Access-Control-Allow-Origin"], "https://grafana.example")
        check("Access-Control-Allow-Origin" not in server.get("/api/echo", {"Origin": "https://evil"})[1], "another origin")
        status, headers, _ = server.get("/api/search", asks, method="OPTIONS")
        check(status == 204 and "GET" in headers["Access-Control-Allow-Methods"], status, headers)


def test_tls(binary):
    folder = os.path.join(HERE, "tls")
    flags = ["--set", "server.http_tls_config.cert_file=" + os.path.join(folder, "certificate.pem"),
             "--set", "server.http_tls_config.key_file=" + os.path.join(folder, "key.pem")]
    with Server(binary, *flags, host="localhost", scheme="https") as server:
        context = ssl.create_default_context(cafile=os.path.join(folder, "certificate.pem"))
        with socket.create_connection(("localhost", server.port), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as s:
                s.sendall(b"GET /api/search?limit=200 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                answer = served.drain(s)
        check(answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"}}"), answer[:200])
        check(not server.raw(b"GET /api/echo HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 200"), "plain text on a TLS port")
        for version, spoken in (("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)):
            old = ssl.create_default_context(cafile=os.path.join(folder, "certificate.pem"))
            old.set_ciphers("ALL:@SECLEVEL=0")
            old.minimum_version = old.maximum_version = ssl.TLSVersion[version]
            with socket.create_connection(("localhost", server.port), timeout=20) as plain:
                try:
                    old.wrap_socket(plain, server_hostname="localhost").close()
                    is_spoken = True
                except OSError:
                    is_spoken = False
            equal(is_spoken, spoken, version)


def test_tls_that_cannot_be(binary):
    """Files that hold no certificate are said to, before anybody is served."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name in ("c", "k"):
            with open(os.path.join(folder, name), "w") as f:
                f.write("no PEM\n")
        p = subprocess.run([binary, "serve", "--source", BLOCKS, "--listen", "127.0.0.1:0", "--set", "server.http_tls_config.cert_file=%s/c" % folder,
                            "--set", "server.http_tls_config.key_file=%s/k" % folder], capture_output=True, text=True, timeout=60)
        check(p.returncode == 2 and "http_tls_config" in p.stderr and "does not say why" not in p.stderr, p.returncode, p.stderr)


def test_api_prefix(binary):
    with Server(binary, "--set", "http_api_prefix=/tempo") as server:
        equal(server.get("/tempo/api/echo")[0::2], (200, b"echo\n"))
        equal(server.get("/tempo/api/search?limit=1")[0], 200)
        equal(server.get("/api/echo")[0], 404)
        equal(server.get("/tempo/ready")[0], 404)
        equal(server.get("/ready")[0], 200)


def test_metrics_page(binary):
    """The text format, and that it counts what happened."""
    import re

    with Server(binary) as server:
        target = "/api/search?limit=3&" + RANGE
        for _ in range(3):
            server.get(target)
        server.get("/api/search?limit=x")
        server.get("/api/traces/1")
        status, headers, body = server.get("/metrics")
        check(headers["Content-Type"].startswith("text/plain; version=0.0.4"), headers)
        kinds = {}
        for line in body.decode().splitlines():
            if line.startswith("# TYPE"):
                kinds[line.split()[2]] = line.split()[3]
            elif not line.startswith("#"):
                found = re.match(r'([a-zA-Z_:][\w:]*)(\{(\w+="(?:[^"\\\n]|\\.)*"(,|(?=\})))*\})? (\S+)$', line)
                check(found, "no sample:", line)
                float(found.group(5))
                name = found.group(1)
                check(name in kinds or re.sub("_(bucket|sum|count)$", "", name) in kinds, "no type:", line)
        # Prometheus' own parser reads it, and no series stands there twice.
        from prometheus_client.parser import text_string_to_metric_families

        families = list(text_string_to_metric_families(body.decode()))
        equal(sorted({f.type for f in families}), ["counter", "gauge", "histogram"])
        series = [(s.name, tuple(sorted(s.labels.items()))) for f in families for s in f.samples]
        equal(len(series), len(set(series)))
        check(all(f.documentation for f in families) and len(families) > 25, len(families))
        equal({s.labels["route"] for f in families if f.name == "tempo_request_duration_seconds" for s in f.samples},
              {"api_search", "api_traces_traceid"})
        count = lambda **l: server.metric("tempo_request_duration_seconds_count", **l)
        equal(count(route="api_search", status_code="200"), 3)
        equal(count(route="api_search", status_code="400"), 1)
        equal(count(route="api_traces_traceid", status_code="404"), 1)
        equal(server.metric("tempo_query_frontend_queries_total", op="search", result="completed"), 3)
        equal(server.metric("tempo_query_frontend_queries_total", op="search", result="failed"), 1)
        equal(server.metric("traceql_cache_hits_total", cache="results"), 2, "the same request three times")
        equal(server.metric("tempodb_blocklist_length"), 3)
        for name in ("tempo_query_frontend_bytes_inspected_total", "traceql_spans_inspected_total", "traceql_pages_read_total",
                     "process_resident_memory_bytes", "process_cpu_seconds_total", "process_threads", "process_open_fds"):
            check(server.metric(name) > 0, name, "is 0")
        # Bounds of a histogram only ever add up.
        buckets = [server.metric("tempo_request_duration_seconds_bucket", route="api_search", status_code="200", le=le)
                   for le in ("0.0005", "0.01", "1", "100", "+Inf")]
        equal(buckets, sorted(buckets))
        equal(buckets[-1], 3)
